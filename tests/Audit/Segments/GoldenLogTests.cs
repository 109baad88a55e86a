using System.Security.Cryptography;
using System.Text.Json;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Segments;
using Exchange.Format.V1;
using Exchange.Tests;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Audit.Tests.Segments;

/// <summary>
/// Logs whose every byte but the signatures follows from their size; tests/vectors/audit-log.json has what they must hash to. Where this
/// test fails, logs that exist can no longer be read or verified: the format has changed.
/// </summary>
public sealed class GoldenLogTests
{
    private const string Seed = "exchange golden log";

    private static readonly int[] Sizes = [0, 1, 2, 255, 256, 257, 65_535, 65_536, 65_537];

    [Fact]
    public void Golden_logs_have_their_roots_and_their_bytes()
    {
        var path = Path.Combine(Prerequisites.Repository, "tests", "vectors", "audit-log.json");
        using var golden = JsonDocument.Parse(File.ReadAllBytes(path));
        golden.RootElement.GetProperty("seed").GetString().ShouldBe(Seed);
        var expected = golden.RootElement.GetProperty("logs").EnumerateArray().ToDictionary(log => log.GetProperty("size").GetInt32());

        var actual = Logs();

        actual.Select(log => log.Size).ShouldBe(expected.Keys);
        foreach (var log in actual)
        {
            var vector = expected[log.Size];
            var facts = (log.TreeRoot.ToString(), log.LastLeafHash.ToString(), log.HeaderDigest.ToString(), log.GroupsDigest);
            facts.ShouldBe((Text("treeRoot"), Text("lastLeafHash"), Text("nextSegmentHeader"), Text("groups")), $"size {log.Size}");

            string Text(string name) => vector.GetProperty(name).GetString()!;
        }
    }

    [Fact]
    public void Check_sums_are_those_of_CRC_32C() =>
        Crc32C.Compute("123456789"u8).ShouldBe(0xE3069283u);

    /// <summary>One log that grows through all sizes, in groups of 1 to 100 that end at each size.</summary>
    private static List<(int Size, Digest TreeRoot, Digest LastLeafHash, Digest HeaderDigest, string GroupsDigest)> Logs()
    {
        var state = new LogState();
        var builder = new GroupBuilder(Some.Origin, state, SegmentLayout.MaximumGroupBytes);
        using var groups = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var logs = new List<(int, Digest, Digest, Digest, string)>();
        var header = new byte[SegmentLayout.HeaderBytes];
        var size = 0;
        foreach (var end in Sizes)
        {
            for (var group = 1; size < end; group++)
            {
                for (var i = 0; i < 1 + (group % 100) && size < end; i++, size++)
                {
                    var body = Body(size);
                    builder.Append(body, Some.Bound(body), new Instant(1_790_000_000_000_000 + (size * 1000L)));
                }

                builder.Seal(Some.Key, Digest.Of("golden key"u8));
                groups.AppendData(WithoutSignature(builder.Extent.Span));
            }

            new SegmentHeader { Origin = Some.Origin, FileBytes = 64 << 20, PreviousFirstIndex = 0, Before = state }.Write(header);
            logs.Add((size, state.Tree.Root, state.LastLeafHash, Digest.Of(header), Convert.ToHexStringLower(groups.GetCurrentHash())));
        }

        return logs;
    }

    private static byte[] Body(int index)
    {
        var hash = Digest.Of(System.Text.Encoding.ASCII.GetBytes($"{Seed} {index}")).ToArray();
        var entry = new AuditEntry
        {
            Kind = index % 3 == 0 ? EntryKind.Refused : EntryKind.Released,
            TransferId = ByteString.CopyFrom(hash, 0, 16),
            Consumer = "gov/tax",
            Provider = "market/bazaar",
            Dataset = "purchases.v1",
            SealedCause = ByteString.CopyFrom(hash, 0, 18),
        };
        if (entry.Kind == EntryKind.Released)
        {
            entry.ObjectDigest = ByteString.CopyFrom(hash);
        }

        return entry.ToBody();
    }

    /// <summary>A group with zeros for the signature and the check sum over it: what is left repeats from run to run.</summary>
    private static byte[] WithoutSignature(ReadOnlySpan<byte> extent)
    {
        Group.TryRead(extent, out var group).ShouldBeTrue();
        var bytes = extent.ToArray();
        bytes.AsSpan(GroupHeader.Size + group.Header.EntriesBytes + 4 + (4 * Digest.Size), GroupCommit.SignatureBytes + sizeof(uint)).Clear();
        return bytes;
    }
}
