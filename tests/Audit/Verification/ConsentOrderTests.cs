using System.Security.Cryptography;
using System.Text;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Verification;
using Exchange.Audit.Proofs.Verification.Consents;
using Exchange.Format.V1;
using Google.Protobuf;

namespace Exchange.Audit.Tests.Verification;

/// <summary>With the linkage file a stranger sees that no release follows a withdrawal, and without it nothing.</summary>
public sealed class ConsentOrderTests
{
    private readonly MadeLog _log = new();
    private readonly List<LinkageRecord> _linkage = [];
    private readonly Random _random = new(5);

    [Fact]
    public void Releases_between_a_grant_and_its_end_are_in_order()
    {
        var (one, other) = (Key(), Key());
        Happens(one, EntryKind.ConsentGiven, EntryKind.Released, EntryKind.ConsentPaused, EntryKind.ConsentResumed, EntryKind.Delivered);
        Happens(other, EntryKind.ConsentGiven, EntryKind.Released, EntryKind.ConsentWithdrawn, EntryKind.Refused, EntryKind.ConsentGiven, EntryKind.Released);
        Happens(one, EntryKind.Released, EntryKind.ConsentExpired, EntryKind.Acknowledged);

        var report = Verify();

        report.Problem.ShouldBeNull();
        (report.ConsentEventsChecked, report.ErasedEntries).ShouldBe((12L, 0L));
    }

    [Theory]
    [InlineData(EntryKind.ConsentWithdrawn, EntryKind.Released)]
    [InlineData(EntryKind.ConsentPaused, EntryKind.Delivered)]
    [InlineData(EntryKind.ConsentExpired, EntryKind.Released)]
    public void A_release_after_the_end_of_its_consent_is_named(EntryKind end, EntryKind release)
    {
        var (one, other) = (Key(), Key());
        Happens(one, EntryKind.ConsentGiven, end);
        Happens(other, EntryKind.ConsentGiven, EntryKind.Released);
        var index = Happens(one, release);

        var problem = Verify().Problem.ShouldNotBeNull();

        (problem.Kind, problem.EntryIndex).ShouldBe((LogProblemKind.Linkage, index));
        problem.What.ShouldContain("entry 1 ended");
    }

    [Fact]
    public void What_was_erased_is_counted_and_not_judged()
    {
        var one = Key();
        Happens(one, EntryKind.ConsentGiven, EntryKind.ConsentWithdrawn, EntryKind.Released);
        _linkage.Clear();

        var report = Verify();

        report.Problem.ShouldBeNull();
        (report.ConsentEventsChecked, report.ErasedEntries).ShouldBe((0L, 3L));
    }

    [Fact]
    public void A_linkage_file_that_names_another_consents_key_is_found()
    {
        var (one, other) = (Key(), Key());
        Happens(one, EntryKind.ConsentGiven, EntryKind.ConsentWithdrawn);
        var index = Happens(one, EntryKind.Released);
        _linkage[^1] = new LinkageRecord(index, other);

        var problem = Verify().Problem.ShouldNotBeNull();

        (problem.Kind, problem.EntryIndex).ShouldBe((LogProblemKind.Linkage, index));
    }

    [Fact]
    public void A_record_with_a_wrong_index_cannot_hide_those_after_it()
    {
        var key = Key();
        var index = Happens(key, EntryKind.ConsentGiven, EntryKind.ConsentWithdrawn, EntryKind.Released);
        _linkage[0] = new LinkageRecord(index + 1000, key);

        Should.Throw<InvalidDataException>(Verify).Message.ShouldContain("ascending");
    }

    [Fact]
    public void Without_a_linkage_file_the_report_says_that_nobody_looked()
    {
        Happens(Key(), EntryKind.ConsentGiven, EntryKind.ConsentWithdrawn, EntryKind.Released);

        var report = _log.Verify(new() { Keys = Some.Keys });

        report.Problem.ShouldBeNull();
        report.ConsentEventsChecked.ShouldBeNull();
    }

    [Fact]
    public void Sorting_through_a_file_finds_what_sorting_in_memory_finds()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var kinds = new[] { EntryKind.ConsentGiven, EntryKind.Released, EntryKind.Released, EntryKind.ConsentWithdrawn };
            using var small = new ConsentOrder(static () => new MemoryStream(), runEvents: 7);
            using var large = new ConsentOrder(static () => throw new InvalidOperationException("All of it fits in memory."));
            var (ended, expected) = (new Dictionary<int, bool>(), default(ulong?));
            var keys = Enumerable.Range(0, 5).Select(_ => Some.Bytes(random, LinkageRecord.KeySize)).ToArray();
            for (var index = 0ul; index < 60; index++)
            {
                var (key, kind) = (random.Next(keys.Length), kinds[random.Next(kinds.Length)]);
                expected ??= kind == EntryKind.Released && ended.GetValueOrDefault(key) ? index : null;
                ended[key] = kind == EntryKind.ConsentWithdrawn || (kind == EntryKind.Released && ended.GetValueOrDefault(key));
                var id = Some.Bytes(random, 16);
                var notes = new ConsentNotes(Some.Origin);
                notes.Begin([new LinkageRecord(index, keys[key])]);
                notes.Note(index, kind, id, Tag(keys[key], id));
                small.Add(notes);
                large.Add(notes);
            }

            (small.Judge()?.Entry, large.Judge()?.Entry).ShouldBe((expected, expected), $"seed {seed}");
        }
    }

    private static byte[] Tag(byte[] key, byte[] transferId) =>
        HMACSHA384.HashData(key, (byte[])[.. Encoding.ASCII.GetBytes("exchange.consent-tag.v1\0" + Some.Origin), .. transferId]);

    private byte[] Key() => Some.Bytes(_random, LinkageRecord.KeySize);

    /// <summary>Appends entries of a consent and returns the index of the first.</summary>
    private ulong Happens(byte[] consent, params EntryKind[] kinds)
    {
        var entries = kinds.Select(kind =>
        {
            var id = Some.Bytes(_random, 16);
            return new AuditEntry { Kind = kind, TransferId = ByteString.CopyFrom(id), ConsentTag = ByteString.CopyFrom(Tag(consent, id)) };
        }).ToArray();
        var first = _log.Add(Some.Key, entries);
        _linkage.AddRange(kinds.Select((_, i) => new LinkageRecord(first + (ulong)i, consent)));
        return first;
    }

    private VerificationReport Verify()
    {
        var file = new MemoryStream();
        file.Write(LinkageRecord.Magic);
        var bytes = new byte[LinkageRecord.Size];
        foreach (var record in _linkage)
        {
            record.Write(bytes);
            file.Write(bytes);
        }

        file.Position = 0;
        return _log.Verify(new() { Keys = Some.Keys, Linkage = file });
    }
}
