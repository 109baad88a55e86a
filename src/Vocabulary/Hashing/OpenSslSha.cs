using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Exchange.Vocabulary.Hashing;

/// <summary>
/// OpenSSL's own SHA-256 and SHA-384. .NET's way to the same library makes a context for each call, which costs more than the hashing itself: 460 ns
/// for a node of the log's tree, where these functions take 80. Their states are plain values, so that the state after a key can be kept and copied.
/// Where the library or a function is not there, or does not hash as .NET does, .NET serves; the hash is the same.
/// </summary>
internal static unsafe class OpenSslSha
{
    /// <summary>Within a quick call the garbage collector has to wait, so that longer inputs go the usual way, some 10 ns dearer.</summary>
    private const int LongestQuickInput = 2048;

    private static readonly delegate* unmanaged[SuppressGCTransition]<Sha256State*, int> Begin256;
    private static readonly delegate* unmanaged[SuppressGCTransition]<Sha256State*, byte*, nuint, int> Add256;
    private static readonly delegate* unmanaged<Sha256State*, byte*, nuint, int> AddMuch256;
    private static readonly delegate* unmanaged[SuppressGCTransition]<byte*, Sha256State*, int> End256;
    private static readonly delegate* unmanaged[SuppressGCTransition]<Sha512State*, int> Begin384;
    private static readonly delegate* unmanaged[SuppressGCTransition]<Sha512State*, byte*, nuint, int> Add384;
    private static readonly delegate* unmanaged<Sha512State*, byte*, nuint, int> AddMuch384;
    private static readonly delegate* unmanaged[SuppressGCTransition]<byte*, Sha512State*, int> End384;

    /// <summary>Whether the functions are there and hash as .NET does.</summary>
    internal static readonly bool IsThere;

    static OpenSslSha()
    {
        if (OperatingSystem.IsLinux()
            && NativeLibrary.TryLoad("libcrypto.so.3", out var library)
            && NativeLibrary.TryGetExport(library, "SHA256_Init", out var begin256)
            && NativeLibrary.TryGetExport(library, "SHA256_Update", out var add256)
            && NativeLibrary.TryGetExport(library, "SHA256_Final", out var end256)
            && NativeLibrary.TryGetExport(library, "SHA384_Init", out var begin384)
            && NativeLibrary.TryGetExport(library, "SHA384_Update", out var add384)
            && NativeLibrary.TryGetExport(library, "SHA384_Final", out var end384))
        {
            Begin256 = (delegate* unmanaged[SuppressGCTransition]<Sha256State*, int>)begin256;
            Add256 = (delegate* unmanaged[SuppressGCTransition]<Sha256State*, byte*, nuint, int>)add256;
            AddMuch256 = (delegate* unmanaged<Sha256State*, byte*, nuint, int>)add256;
            End256 = (delegate* unmanaged[SuppressGCTransition]<byte*, Sha256State*, int>)end256;
            Begin384 = (delegate* unmanaged[SuppressGCTransition]<Sha512State*, int>)begin384;
            Add384 = (delegate* unmanaged[SuppressGCTransition]<Sha512State*, byte*, nuint, int>)add384;
            AddMuch384 = (delegate* unmanaged<Sha512State*, byte*, nuint, int>)add384;
            End384 = (delegate* unmanaged[SuppressGCTransition]<byte*, Sha512State*, int>)end384;
            IsThere = Agrees();
        }
    }

    internal static void Begin(out Sha256State state)
    {
        Unsafe.SkipInit(out state);
        fixed (Sha256State* pinned = &state)
        {
            _ = Begin256(pinned);
        }
    }

    internal static void Append(ref Sha256State state, ReadOnlySpan<byte> bytes)
    {
        fixed (Sha256State* pinned = &state)
        fixed (byte* input = bytes)
        {
            _ = bytes.Length <= LongestQuickInput ? Add256(pinned, input, (nuint)bytes.Length) : AddMuch256(pinned, input, (nuint)bytes.Length);
        }
    }

    /// <summary>Writes 32 bytes; the state is then the hash, too, and good for nothing else.</summary>
    internal static void End(ref Sha256State state, Span<byte> hash)
    {
        RequireRoom(hash, SHA256.HashSizeInBytes);
        fixed (Sha256State* pinned = &state)
        fixed (byte* output = hash)
        {
            _ = End256(output, pinned);
        }
    }

    internal static void Begin(out Sha512State state)
    {
        Unsafe.SkipInit(out state);
        fixed (Sha512State* pinned = &state)
        {
            _ = Begin384(pinned);
        }
    }

    internal static void Append(ref Sha512State state, ReadOnlySpan<byte> bytes)
    {
        fixed (Sha512State* pinned = &state)
        fixed (byte* input = bytes)
        {
            _ = bytes.Length <= LongestQuickInput ? Add384(pinned, input, (nuint)bytes.Length) : AddMuch384(pinned, input, (nuint)bytes.Length);
        }
    }

    /// <summary>Writes 48 bytes; the state is then good for nothing else.</summary>
    internal static void End(ref Sha512State state, Span<byte> hash)
    {
        RequireRoom(hash, SHA384.HashSizeInBytes);
        fixed (Sha512State* pinned = &state)
        fixed (byte* output = hash)
        {
            _ = End384(output, pinned);
        }
    }

    private static void RequireRoom(Span<byte> hash, int size)
    {
        if (hash.Length < size)
        {
            throw new ArgumentException($"The hash takes {size} bytes, there is room for {hash.Length}.", nameof(hash));
        }
    }

    /// <summary>Held against .NET over more than a block, cut in two, with the state copied in between: that is how it is used.</summary>
    private static bool Agrees()
    {
        Span<byte> input = stackalloc byte[300];
        for (var i = 0; i < input.Length; i++)
        {
            input[i] = (byte)i;
        }

        Span<byte> hash = stackalloc byte[SHA384.HashSizeInBytes];
        Begin(out Sha256State begun256);
        Append(ref begun256, input[..128]);
        var copied256 = begun256;
        Append(ref copied256, input[128..]);
        End(ref copied256, hash);
        if (!hash[..SHA256.HashSizeInBytes].SequenceEqual(SHA256.HashData(input)))
        {
            return false;
        }

        Begin(out Sha512State begun384);
        Append(ref begun384, input[..128]);
        var copied384 = begun384;
        Append(ref copied384, input[128..]);
        End(ref copied384, hash);
        return hash.SequenceEqual(SHA384.HashData(input));
    }
}
