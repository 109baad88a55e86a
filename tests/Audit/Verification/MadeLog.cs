using System.Security.Cryptography;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Proofs.Verification;
using Exchange.Audit.Proofs.Verification.Published;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Audit.Tests.Verification;

/// <summary>A log of one segment that a test writes group by group, with what lies beside it.</summary>
internal sealed class MadeLog
{
    private const int SegmentBytes = 4 * 1024 * 1024;

    private readonly LogState _state = new();
    private readonly byte[] _segment = new byte[SegmentBytes];
    private readonly Dictionary<string, byte[]> _beside = [];
    private int _at = SegmentLayout.HeaderBytes;

    internal MadeLog() => new SegmentHeader { Origin = Some.Origin, FileBytes = SegmentBytes, PreviousFirstIndex = 0, Before = new LogState() }.Write(_segment);

    internal ulong Size => _state.Size;

    internal IEnumerable<(string Name, byte[] Bytes)> Segments => [(SegmentLayout.FileName(0), _segment)];

    /// <summary>Appends a group and returns the index of its first entry.</summary>
    internal ulong Add(ECDsa key, params AuditEntry[] entries)
    {
        var first = _state.Size;
        var builder = new GroupBuilder(Some.Origin, _state, SegmentLayout.MaximumGroupBytes);
        foreach (var entry in entries)
        {
            var body = entry.ToByteArray();
            builder.Append(body, Some.Bound(body), new Instant(1_795_000_000_000_000 + (long)_state.Size));
        }

        builder.Seal(key, KeyThumbprint.Of(key));
        builder.Extent.Span.CopyTo(_segment.AsSpan(_at));
        _at += builder.Extent.Length;
        return first;
    }

    /// <summary>Appends a group of entries that say nothing.</summary>
    internal ulong AddPlain(ECDsa key, int count = 1) => Add(key, [.. Enumerable.Range(0, count).Select(_ => new AuditEntry { Kind = EntryKind.Administrative })]);

    /// <summary>Puts a file beside the log, and among what is published.</summary>
    internal void Put(string path, byte[] content) => _beside[path] = content;

    /// <summary>Keeps what an entry names by digest, and returns the digest.</summary>
    internal ByteString Keep(string kind, byte[] content)
    {
        Put($"{PublishedPath.Snapshots}/{SnapshotName.Of(kind, Digest.Of(content))}", content);
        return ByteString.CopyFrom(Digest.Of(content).ToArray());
    }

    internal byte[] Checkpoint(params INoteSigner[] signers) => new Checkpoint(Some.Origin, _state.Size, _state.Tree.Root).Sign(signers).ToBytes();

    /// <summary>The log as a node's directory, and as an export: both must come to the same.</summary>
    internal VerificationReport Verify(LogVerifierOptions options, params INoteSigner[] signers)
    {
        using var linkage = options.Linkage is MemoryStream given ? new MemoryStream(given.ToArray()) : null;
        var report = Some.Verify(Segments, options with { Beside = new PublishedFolderInMemory(_beside) });
        using var verifier = new PublishedLogVerifier(Publish(signers), options with { Linkage = linkage });
        var published = verifier.Run();
        (published.Problem?.Kind, published.Problem?.EntryIndex).ShouldBe((report.Problem?.Kind, report.Problem?.EntryIndex), $"{report.Problem} | {published.Problem}");
        return report;
    }

    internal PublishedFolderInMemory Publish(params INoteSigner[] signers)
    {
        var files = TestPublisher.Publish(Some.Origin, Segments, [], signers.Length > 0 ? signers : LargeLog.Instance.Signers);
        foreach (var (path, content) in _beside)
        {
            files[path] = content;
        }

        return new PublishedFolderInMemory(files);
    }
}
