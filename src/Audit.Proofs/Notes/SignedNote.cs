using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Exchange.Audit.Proofs.Notes;

/// <summary>
/// A text with signatures under it, as c2sp.org/signed-note writes it: the text, an empty line, and for each signature
/// <c>— name base64(key id ‖ signature)</c>. Nothing of the text counts before a known key has verified it.
/// </summary>
/// <param name="Text">The text with its last newline.</param>
/// <param name="Signatures">The lines in their order.</param>
public sealed record SignedNote(string Text, ImmutableArray<NoteSignature> Signatures)
{
    /// <summary>Most bytes that are read as a note: a text of a few lines and a few dozen signatures.</summary>
    public const int MaximumBytes = 64 * 1024;

    private const int KeyIdBytes = sizeof(uint);
    private const string Dash = "\u2014 ";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Signs a text.</summary>
    /// <param name="text">One or more lines, each ended by a newline.</param>
    /// <param name="signers">At least one.</param>
    /// <exception cref="ArgumentException">The text does not end in a newline, or there is no signer.</exception>
    public static SignedNote Sign(string text, params IReadOnlyList<INoteSigner> signers)
    {
        if (!text.EndsWith('\n') || signers.Count == 0)
        {
            throw new ArgumentException("A note is a text that ends in a newline, signed by at least one key.", nameof(text));
        }

        var bytes = Strict.GetBytes(text);
        return new(text, [.. signers.Select(signer => new NoteSignature(signer.Key.Name, signer.Key.Id, signer.Sign(bytes)))]);
    }

    /// <summary>Reads a note; false, with the reason, when it is not written as one.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SignedNote? note, out string problem)
    {
        note = null;
        problem = string.Empty;
        if (bytes.Length > MaximumBytes)
        {
            problem = $"it has {bytes.Length} bytes; notes of more than {MaximumBytes} are not read";
            return false;
        }

        string whole;
        try
        {
            whole = Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            problem = "it is not UTF-8";
            return false;
        }

        var separator = whole.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (separator < 0 || !whole.EndsWith('\n') || whole.Any(character => character < ' ' && character != '\n'))
        {
            problem = "it is not a text, an empty line and lines of signatures, free of control characters";
            return false;
        }

        var signatures = ImmutableArray.CreateBuilder<NoteSignature>();
        foreach (var line in whole[(separator + 2)..].Split('\n')[..^1])
        {
            if (ReadSignature(line) is not { } signature)
            {
                problem = $"signature line {signatures.Count + 1} is not '\u2014 name base64'";
                return false;
            }

            signatures.Add(signature);
        }

        if (signatures.Count == 0)
        {
            problem = "it has no signature";
            return false;
        }

        note = new(whole[..(separator + 1)], signatures.ToImmutable());
        return true;
    }

    /// <summary>
    /// The keys of those given that verify the note. Lines of other keys are passed over, as the format wants it; a line that a known key does
    /// not verify spoils the note.
    /// </summary>
    /// <returns>Empty when no known key signed it, or one did not.</returns>
    public ImmutableArray<NoteKey> VerifiedBy(IReadOnlyCollection<NoteKey> known)
    {
        var text = Strict.GetBytes(Text);
        var verified = ImmutableArray.CreateBuilder<NoteKey>();
        foreach (var signature in Signatures)
        {
            if (known.FirstOrDefault(key => key.Name == signature.Name && key.Id == signature.KeyId) is not { } key)
            {
                continue;
            }

            if (!key.Verifies(text, signature.Bytes.Span))
            {
                return [];
            }

            if (!verified.Contains(key))
            {
                verified.Add(key);
            }
        }

        return verified.ToImmutable();
    }

    /// <summary>The note's bytes.</summary>
    public byte[] ToBytes() => Strict.GetBytes(ToString());

    /// <inheritdoc/>
    public override string ToString()
    {
        var written = new StringBuilder(Text).Append('\n');
        foreach (var signature in Signatures)
        {
            var bytes = new byte[KeyIdBytes + signature.Bytes.Length];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, signature.KeyId);
            signature.Bytes.Span.CopyTo(bytes.AsSpan(KeyIdBytes));
            written.Append(Dash).Append(signature.Name).Append(' ').Append(Convert.ToBase64String(bytes)).Append('\n');
        }

        return written.ToString();
    }

    private static NoteSignature? ReadSignature(string line)
    {
        var space = line.IndexOf(' ', Dash.Length <= line.Length ? Dash.Length : 0);
        if (!line.StartsWith(Dash, StringComparison.Ordinal) || space < 0 || !NoteKey.IsName(line[Dash.Length..space]))
        {
            return null;
        }

        var encoded = line[(space + 1)..];
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, bytes, out var length) && length > KeyIdBytes && Convert.ToBase64String(bytes, 0, length) == encoded
            ? new(line[Dash.Length..space], BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(KeyIdBytes, length - KeyIdBytes))
            : null;
    }
}
