using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Merkle;

/// <summary>
/// SHA-256 of short inputs. .NET's way to OpenSSL makes a context for each call, which costs more than the hashing itself: 460 ns for a node of
/// the tree, where OpenSSL's own functions take 80. A log hashes four or five of these for each entry. Where the library or a function is not
/// there, .NET serves; the hash is the same.
/// </summary>
internal static unsafe class ShortHash
{
    /// <summary>Longer inputs go .NET's way: within such a call the garbage collector has to wait.</summary>
    private const int LongestInput = 2048;

    /// <summary>SHA256_CTX has 112 bytes.</summary>
    private const int ContextBytes = 128;

    private static readonly delegate* unmanaged[SuppressGCTransition]<byte*, int> Begin;
    private static readonly delegate* unmanaged[SuppressGCTransition]<byte*, byte*, nuint, int> Add;
    private static readonly delegate* unmanaged[SuppressGCTransition]<byte*, byte*, int> End;
    private static readonly bool IsThere;

    static ShortHash()
    {
        if (OperatingSystem.IsLinux()
            && NativeLibrary.TryLoad("libcrypto.so.3", out var library)
            && NativeLibrary.TryGetExport(library, "SHA256_Init", out var begin)
            && NativeLibrary.TryGetExport(library, "SHA256_Update", out var add)
            && NativeLibrary.TryGetExport(library, "SHA256_Final", out var end))
        {
            Begin = (delegate* unmanaged[SuppressGCTransition]<byte*, int>)begin;
            Add = (delegate* unmanaged[SuppressGCTransition]<byte*, byte*, nuint, int>)add;
            End = (delegate* unmanaged[SuppressGCTransition]<byte*, byte*, int>)end;
            IsThere = Native("abc"u8, []) == Digest.Of("abc"u8);
        }
    }

    /// <summary>SHA-256 of the bytes.</summary>
    internal static Digest Of(ReadOnlySpan<byte> bytes) => IsThere && bytes.Length <= LongestInput ? Native(bytes, []) : Digest.Of(bytes);

    /// <summary>SHA-256 of one span and then another.</summary>
    internal static Digest Of(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (IsThere && first.Length + second.Length <= LongestInput)
        {
            return Native(first, second);
        }

        Span<byte> hash = stackalloc byte[Digest.Size];
        using var incremental = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        incremental.AppendData(first);
        incremental.AppendData(second);
        incremental.GetHashAndReset(hash);
        return new Digest(hash);
    }

    private static Digest Native(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var context = stackalloc byte[ContextBytes];
        var hash = stackalloc byte[Digest.Size];
        fixed (byte* one = first)
        fixed (byte* two = second)
        {
            _ = Begin(context);
            _ = Add(context, one, (nuint)first.Length);
            if (!second.IsEmpty)
            {
                _ = Add(context, two, (nuint)second.Length);
            }

            _ = End(hash, context);
        }

        return new Digest(new ReadOnlySpan<byte>(hash, Digest.Size));
    }
}
