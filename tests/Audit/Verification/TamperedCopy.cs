using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Verification;
using Exchange.Audit.Proofs.Verification.Published;

namespace Exchange.Audit.Tests.Verification;

/// <summary>One tampered copy of the large log, in the hands of an auditor who has pinned its keys and kept one or more of its checkpoints.</summary>
/// <param name="What">What was done to it.</param>
/// <param name="Verify">Verifies it.</param>
/// <param name="FirstBad">The entry that the report must name; null where nothing in the copy can tell.</param>
internal sealed record TamperedCopy(string What, Func<VerificationReport> Verify, ulong? FirstBad)
{
    private static LargeLog Log => LargeLog.Instance;

    internal static TamperedCopy OfSegments(string what, IEnumerable<(string Name, byte[] Bytes)> segments, ulong? firstBad, params IReadOnlyList<NamedCheckpoint> checkpoints) =>
        new(what, () => Some.Verify(segments.OrderBy(segment => segment.Name, StringComparer.Ordinal), Auditor(checkpoints)), firstBad);

    internal static TamperedCopy OfExport(string what, IPublishedFiles files, ulong? firstBad, params IReadOnlyList<NamedCheckpoint> checkpoints) => new(what, () => Verified(files, checkpoints), firstBad);

    internal static VerificationReport Verified(IPublishedFiles files, IReadOnlyList<NamedCheckpoint> checkpoints)
    {
        using var verifier = new PublishedLogVerifier(files, Auditor(checkpoints));
        return verifier.Run();
    }

    /// <summary>A checkpoint that the log really signed, and that somebody kept elsewhere.</summary>
    internal static NamedCheckpoint Kept(string path) => NamedCheckpoint.Read("kept elsewhere", Log.Published[path], out _)!;

    /// <summary>All that were ever kept, smallest first.</summary>
    internal static NamedCheckpoint[] AllKept() => [.. Log.Kept.Select(size => Kept(PublishedPath.CheckpointOf(size))), Kept(PublishedPath.Checkpoint)];

    /// <summary>The first of all kept checkpoints that covers an entry.</summary>
    internal static ulong FirstCovering(ulong index) => AllKept().First(kept => kept.Checkpoint.Size > index).Checkpoint.Size;

    private static LogVerifierOptions Auditor(IReadOnlyList<NamedCheckpoint> checkpoints) => new()
    {
        Keys = Some.Keys,
        CheckpointKeys = [.. Log.Signers.Select(signer => signer.Key)],
        Checkpoints = checkpoints.Count > 0 ? checkpoints : [Kept(PublishedPath.Checkpoint)],
    };
}
