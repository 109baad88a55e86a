using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Vocabulary.Hashing;

namespace Exchange.Envelopes.Hpke;

/// <summary>LabeledExtract and LabeledExpand of RFC 9180, section 4, over HKDF-SHA256.</summary>
internal static class LabeledHkdf
{
    /// <summary>Nh, bytes of a pseudorandom key.</summary>
    internal const int HashSize = 32;

    /// <summary>Holds the longest labelled input here: an info of two names of 255 bytes and a key id.</summary>
    private const int MaximumInput = 1024;

    /// <summary>suite_id within the KEM: DHKEM(P-256, HKDF-SHA256).</summary>
    internal static ReadOnlySpan<byte> KemSuite => [(byte)'K', (byte)'E', (byte)'M', 0x00, 0x10];

    /// <summary>suite_id of the key schedule: the KEM, HKDF-SHA256, AES-256-GCM.</summary>
    internal static ReadOnlySpan<byte> HpkeSuite => [(byte)'H', (byte)'P', (byte)'K', (byte)'E', 0x00, 0x10, 0x00, 0x01, 0x00, 0x02];

    private static ReadOnlySpan<byte> Version => "HPKE-v1"u8;

    /// <summary>HKDF-Extract(salt, version ‖ suite ‖ label ‖ input), <see cref="HashSize"/> bytes.</summary>
    internal static void Extract(ReadOnlySpan<byte> suite, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> label, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> labelled = stackalloc byte[MaximumInput];
        var length = Concatenate(labelled, Version, suite, label, input);
        HKDF.Extract(HashAlgorithmName.SHA256, labelled[..length], salt, output);
        CryptographicOperations.ZeroMemory(labelled[..length]);
    }

    /// <summary>HKDF-Expand(key, u16 length of output ‖ version ‖ suite ‖ label ‖ context), filling the output.</summary>
    internal static void Expand(ReadOnlySpan<byte> suite, ReadOnlySpan<byte> key, ReadOnlySpan<byte> label, ReadOnlySpan<byte> context, Span<byte> output)
    {
        var keyed = new HmacSha256(key);
        Expand(suite, keyed, label, context, output);
        keyed.Clear();
    }

    /// <summary>The same under a key whose states are kept. .NET's takes the key anew for each block of output.</summary>
    internal static void Expand(ReadOnlySpan<byte> suite, in HmacSha256 key, ReadOnlySpan<byte> label, ReadOnlySpan<byte> context, Span<byte> output)
    {
        var length = sizeof(ushort) + Version.Length + suite.Length + label.Length + context.Length;
        if (length > MaximumInput || output.Length > byte.MaxValue * HashSize)
        {
            throw new ArgumentException($"Of {length} bytes, {MaximumInput} at most, {output.Length} are expanded, {byte.MaxValue * HashSize} at most.", nameof(context));
        }

        // RFC 5869, 2.3: T(i) = HMAC(key, T(i - 1) ‖ info ‖ i). T(i - 1) stands before the info, and nothing does in the first round.
        Span<byte> message = stackalloc byte[HashSize + length + 1];
        var last = message[..HashSize];
        var info = message[HashSize..];
        BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)output.Length);
        _ = Concatenate(info[sizeof(ushort)..], Version, suite, label, context);
        for (byte round = 1; !output.IsEmpty; round++)
        {
            message[^1] = round;
            key.Write(round == 1 ? info : message, last);
            var taken = Math.Min(HashSize, output.Length);
            last[..taken].CopyTo(output);
            output = output[taken..];
        }

        CryptographicOperations.ZeroMemory(last);
    }

    private static int Concatenate(Span<byte> destination, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third, ReadOnlySpan<byte> fourth)
    {
        first.CopyTo(destination);
        second.CopyTo(destination[first.Length..]);
        third.CopyTo(destination[(first.Length + second.Length)..]);
        fourth.CopyTo(destination[(first.Length + second.Length + third.Length)..]);
        return first.Length + second.Length + third.Length + fourth.Length;
    }
}
