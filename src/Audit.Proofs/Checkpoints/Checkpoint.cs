using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Exchange.Audit.Proofs.Notes;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Checkpoints;

/// <summary>
/// What a log was at one size, as c2sp.org/tlog-checkpoint writes it: three lines, origin, size and root, under which the log's keys sign. Two
/// of one origin whose trees do not continue each other prove that the log told two histories.
/// </summary>
/// <param name="Origin">The log's name.</param>
/// <param name="Size">Number of entries.</param>
/// <param name="Root">Root of their tree.</param>
public sealed record Checkpoint(string Origin, ulong Size, Digest Root)
{
    /// <summary>The text that is signed.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root.ToArray())}\n");

    /// <summary>Reads the text of a note. Extension lines are passed over: they are no part of what a log promises here.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Checkpoint? checkpoint, out string problem)
    {
        checkpoint = null;
        problem = "a checkpoint begins with three lines: origin, size in decimal digits, root of the tree in base64";
        if (text.Split('\n') is not [{ Length: > 0 } origin, var sizeText, var rootText, .. var rest] || rest.Length == 0 || rest[^1].Length > 0 || rest[..^1].Any(line => line.Length == 0))
        {
            return false;
        }

        Span<byte> root = stackalloc byte[Digest.Size];
        if (!ulong.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || size.ToString(CultureInfo.InvariantCulture) != sizeText
            || !Convert.TryFromBase64String(rootText, root, out var length)
            || length != Digest.Size
            || Convert.ToBase64String(root) != rootText)
        {
            return false;
        }

        checkpoint = new(origin, size, new Digest(root));
        problem = string.Empty;
        return true;
    }

    /// <summary>Signs the checkpoint.</summary>
    public SignedNote Sign(params IReadOnlyList<INoteSigner> signers) => SignedNote.Sign(Text, signers);
}
