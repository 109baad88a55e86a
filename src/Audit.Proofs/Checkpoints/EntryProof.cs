using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Notes;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Checkpoints;

/// <summary>
/// That one entry is in the log, in a file that needs nothing else but the log's keys: c2sp.org/tlog-proof, with the entry's own bytes as its
/// extra data.
/// </summary>
/// <param name="Index">The entry's index.</param>
/// <param name="Path">From the leaf to the root of the checkpoint's tree, lowest sibling first.</param>
/// <param name="Note">The signed checkpoint.</param>
/// <param name="Extra">The entry's bytes; empty when the proof goes without.</param>
public sealed record EntryProof(ulong Index, ImmutableArray<Digest> Path, SignedNote Note, ReadOnlyMemory<byte> Extra)
{
    private const string FirstLine = "c2sp.org/tlog-proof@v1";
    private const string ExtraWord = "extra ";
    private const string IndexWord = "index ";
    private const int LongestPath = 64;

    /// <summary>Reads a proof; false, with the reason, when it is not written as one.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out EntryProof? proof, out string problem)
    {
        proof = null;
        problem = $"a proof begins with the line '{FirstLine}', then come index, path, an empty line and a checkpoint";
        var head = bytes.IndexOf("\n\n"u8);
        if (head < 0)
        {
            return false;
        }

        var lines = new Queue<string>(Encoding.UTF8.GetString(bytes[..head]).Split('\n'));
        if (lines.Dequeue() != FirstLine)
        {
            return false;
        }

        ReadOnlyMemory<byte> extra = default;
        if (lines.TryPeek(out var line) && line.StartsWith(ExtraWord, StringComparison.Ordinal))
        {
            if (Decode(lines.Dequeue()[ExtraWord.Length..]) is not { } decoded)
            {
                problem = "its extra line is not base64";
                return false;
            }

            extra = decoded;
        }

        if (!lines.TryDequeue(out line)
            || !line.StartsWith(IndexWord, StringComparison.Ordinal)
            || !ulong.TryParse(line[IndexWord.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || line != string.Create(CultureInfo.InvariantCulture, $"{IndexWord}{index}")
            || lines.Count > LongestPath)
        {
            return false;
        }

        var path = ImmutableArray.CreateBuilder<Digest>();
        foreach (var hash in lines)
        {
            if (Decode(hash) is not { Length: Digest.Size } decoded)
            {
                problem = $"line {path.Count + 1} of its path is not a hash in base64";
                return false;
            }

            path.Add(new Digest(decoded));
        }

        if (!SignedNote.TryParse(bytes[(head + 2)..], out var note, out var wrong))
        {
            problem = $"its checkpoint is no note: {wrong}";
            return false;
        }

        problem = string.Empty;
        proof = new(index, path.ToImmutable(), note, extra);
        return true;
    }

    /// <summary>Whether an entry is in the log that a checkpoint speaks of, as the proof has it.</summary>
    /// <param name="leafHash">Of the entry that is asked about; the proof's own extra data is not to be trusted before this.</param>
    /// <param name="keys">The log's keys, from elsewhere.</param>
    /// <param name="checkpoint">What the log signed; null when the proof does not verify.</param>
    public bool Verifies(in Digest leafHash, IReadOnlyCollection<NoteKey> keys, [NotNullWhen(true)] out Checkpoint? checkpoint)
    {
        checkpoint = null;
        return !Note.VerifiedBy(keys).IsEmpty
            && Checkpoint.TryParse(Note.Text, out checkpoint, out _)
            && InclusionProof.TryComputeRoot(leafHash, Index, checkpoint.Size, Path.AsSpan(), out var root)
            && root == checkpoint.Root;
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder(FirstLine).Append('\n');
        if (!Extra.IsEmpty)
        {
            text.Append(ExtraWord).Append(Convert.ToBase64String(Extra.Span)).Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"{IndexWord}{Index}\n");
        foreach (var hash in Path)
        {
            text.Append(Convert.ToBase64String(hash.ToArray())).Append('\n');
        }

        return [.. Encoding.UTF8.GetBytes(text.Append('\n').ToString()), .. Note.ToBytes()];
    }

    private static byte[]? Decode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && Convert.ToBase64String(bytes, 0, length) == text ? bytes[..length] : null;
    }
}
