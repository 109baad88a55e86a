using System.Security.Cryptography;
using Exchange.Audit.Checkpoints;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Notes;

namespace Exchange.Audit.Tests.Checkpoints;

/// <summary>What a log has signed it is held to: by those who have the checkpoint, and by its own next start.</summary>
public sealed class CheckpointBookTests : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Random _random = new(9);
    private readonly FakeClock _clock = new(Some.Noon);
    private readonly MemoryDisk _log = new();
    private readonly MemoryDisk _book = new();

    private INoteSigner[] Signers => [Ed25519NoteKey.Signer(Some.Origin, new byte[32]), EcdsaNoteKey.Signer(Some.Origin, _key)];

    private NoteKey[] Keys => [.. Signers.Select(signer => signer.Key)];

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task A_checkpoint_states_what_is_durable_and_both_keys_sign_it()
    {
        await using var log = Open();
        log.Checkpoints!.Newest.ShouldBeNull();
        await Append(log, 5);

        var note = log.Checkpoints.Sign();

        note.VerifiedBy(Keys).Length.ShouldBe(2);
        Checkpoint.TryParse(note.Text, out var checkpoint, out _).ShouldBeTrue();
        checkpoint.ShouldBe(new Checkpoint(Some.Origin, 5, Some.Verify(_log).TreeRoot));
        log.Checkpoints.Sign().ShouldBeSameAs(note);
        await Append(log, 1);
        log.Checkpoints.Sign().ShouldNotBeSameAs(note);
        log.Checkpoints.Kept.ShouldBe([5ul, 6ul]);
        log.Checkpoints.Of(5)!.ToBytes().ShouldBe(note.ToBytes());
        log.Checkpoints.Of(4).ShouldBeNull();
    }

    [Fact]
    public async Task Without_keys_there_is_nothing_to_sign_with_but_what_was_signed_still_binds()
    {
        await Live(3);
        await using (var log = AuditLog.Open(Some.SmallOptions, new AuditLogFiles(_log.Mount(), null, _book.Mount()), new AuditLogKeys(Some.Key), _clock))
        {
            log.Checkpoints!.Newest.ShouldNotBeNull();
            Should.Throw<InvalidOperationException>(() => log.Checkpoints.Sign());
        }

        Should.Throw<AuditLogDamagedException>(() => AuditLog.Open(Some.SmallOptions, new AuditLogFiles(new MemoryDisk().Mount(), null, _book.Mount()), new AuditLogKeys(Some.Key), _clock));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    public async Task A_start_refuses_a_log_that_is_shorter_than_what_it_signed(int entries)
    {
        await Live(3);
        var older = new MemoryDisk();
        if (entries > 0)
        {
            await using var log = Some.Log(older.Mount(), clock: _clock);
            await Append(log, entries);
        }

        var refused = Should.Throw<AuditLogDamagedException>(() => Open(older));

        refused.Message.ShouldContain($"entries {entries} to 2 were cut off or lost");
        refused.Message.ShouldContain("00000000000000000003");
        refused.Problem.EntryIndex.ShouldBe((ulong)entries);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    public async Task A_start_refuses_another_history(int entries)
    {
        await Live(3);
        var other = new MemoryDisk();
        await using (var log = Some.Log(other.Mount(), clock: _clock))
        {
            for (var i = 0; i < entries; i++)
            {
                await Append(log, 1);
            }
        }

        Should.Throw<AuditLogDamagedException>(() => Open(other)).Message.ShouldContain("another history");
    }

    [Fact]
    public async Task A_start_looks_into_an_earlier_segment_when_the_checkpoint_is_of_that_time()
    {
        await Live(3);
        await using (var log = Open())
        {
            await Append(log, 3, bytes: 50_000);
        }

        _log.Segments().Count.ShouldBeGreaterThan(2);
        await using (var log = Open())
        {
            log.Size.ShouldBe(6ul);
        }

        // Another log of the same lengths, under the same key, in which no single file contradicts itself.
        var other = new MemoryDisk();
        await using (var log = Some.Log(other.Mount(), clock: _clock))
        {
            await Append(log, 3);
            await Append(log, 3, bytes: 50_000);
        }

        Should.Throw<AuditLogDamagedException>(() => Open(other)).Message.ShouldContain("another history");
    }

    [Fact]
    public async Task A_refused_start_changes_nothing_not_even_an_unfinished_group()
    {
        await Live(3);
        var name = _log.Segments()[^1].Name;
        var end = _log.Segments()[^1].Bytes.AsSpan().LastIndexOfAnyExcept((byte)0);
        _log.Tamper(name, bytes => bytes.AsSpan(end & ~511, 512).Clear());
        var operations = _log.Operations;

        Should.Throw<AuditLogDamagedException>(() => Open()).Message.ShouldContain("cut off or lost");

        _log.Operations.ShouldBe(operations);
    }

    [Fact]
    public async Task A_checkpoint_that_was_changed_stops_the_start_and_says_how_to_mend_it()
    {
        await Live(3);
        var name = CheckpointFiles.NameOf(3);
        _book.Tamper(name, bytes => bytes[^2] ^= 1);
        Should.Throw<CheckpointUnreadableException>(() => Open()).Message.ShouldContain("from a backup");
        _book.Tamper(name, bytes => bytes[^2] ^= 1);
        _book.Tamper(name, bytes => bytes[0] ^= 1);
        Should.Throw<CheckpointUnreadableException>(() => Open()).Message.ShouldContain(name);
        _book.Tamper(name, bytes => bytes[0] ^= 1);
        await Open().DisposeAsync();
    }

    [Fact]
    public async Task Kept_are_the_newest_those_of_a_day_and_the_last_of_each_day()
    {
        var signed = new List<(ulong Size, DateTimeOffset Time)>();
        for (var life = 0; life < 2; life++)
        {
            await using var log = Open();
            for (var i = 0; i < 30; i++)
            {
                await Append(log, 1);
                log.Checkpoints!.Sign();
                signed.Add((log.Size, _clock.GetUtcNow()));
                _clock.Advance(TimeSpan.FromHours(2));
            }

            var last = signed[^1].Time;
            ulong[] expected =
            [
                .. signed.Where(one => one.Time >= last.AddHours(-24) || one.Size == signed.Last(other => other.Time.Date == one.Time.Date).Size).Select(one => one.Size),
            ];
            log.Checkpoints!.Kept.ShouldBe(expected);
            expected.Length.ShouldBeLessThan(signed.Count);
            expected.ShouldAllBe(size => log.Checkpoints.Of(size) != null);
        }
    }

    [Fact]
    public async Task Whatever_fails_what_was_handed_out_is_there_and_what_is_there_is_a_checkpoint()
    {
        foreach (var fault in (MemoryDisk.Fault[])[MemoryDisk.Fault.Error, MemoryDisk.Fault.Short, MemoryDisk.Fault.LostSync, MemoryDisk.Fault.PowerLoss])
        {
            for (var at = 0; at < 30; at++)
            {
                var (log, book) = (new MemoryDisk(), new MemoryDisk());
                var failing = at;
                book.OnOperation = (operation, _) => operation == failing ? fault : MemoryDisk.Fault.None;
                var handed = await SignSome(log, book);
                handed.ShouldBeGreaterThanOrEqualTo(fault == MemoryDisk.Fault.PowerLoss ? 0 : 7);
                for (var powerFails = 0; powerFails < 2; powerFails++)
                {
                    if (powerFails == 1 || fault == MemoryDisk.Fault.PowerLoss)
                    {
                        book = book.LosePower(new Random(at));
                    }

                    book.OnOperation = (_, _) => MemoryDisk.Fault.None;
                    await using var after = Open(log, book);
                    var newest = after.Checkpoints!.Kept.DefaultIfEmpty().Max();
                    newest.ShouldBeGreaterThanOrEqualTo((ulong)handed, $"{fault} at {at}");
                    foreach (var size in after.Checkpoints.Kept)
                    {
                        after.Checkpoints.Of(size)!.VerifiedBy(Keys).Length.ShouldBe(2);
                    }

                    after.Checkpoints.Sign().VerifiedBy(Keys).Length.ShouldBe(2);
                }
            }
        }
    }

    [Fact]
    public async Task Nobody_sees_a_checkpoint_before_it_is_durable_nor_one_that_never_was()
    {
        await using var log = Open();
        await Append(log, 1);
        var former = log.Checkpoints!.Sign();
        await Append(log, 1);

        // What stands after the name is durable, the times, only decides about the keeping.
        foreach (var last in (string[])["create", "write", "sync", "rename", "sync directory"])
        {
            var isDone = false;
            _book.OnOperation = (_, name) =>
            {
                log.Checkpoints.Newest.ShouldBeSameAs(former, name);
                isDone = isDone || name == last;
                return isDone ? MemoryDisk.Fault.Error : MemoryDisk.Fault.None;
            };
            Should.Throw<IOException>(() => log.Checkpoints.Sign()).Message.ShouldContain(last);
            isDone.ShouldBeTrue();
            log.Checkpoints.Newest.ShouldBeSameAs(former, last);
        }

        _book.OnOperation = (_, _) => MemoryDisk.Fault.None;
        log.Checkpoints.Sign().ShouldNotBeSameAs(former);
        var left = _book.LosePower(_random);
        await using var again = Open(_log.LosePower(_random), left);
        again.Checkpoints!.Kept.ShouldBe([1ul, 2ul]);
    }

    /// <summary>Eight entries, a checkpoint after each; the size of the last one that was handed out.</summary>
    private async Task<int> SignSome(MemoryDisk disk, MemoryDisk book)
    {
        var handed = 0;
        await using var log = Open(disk, book);
        for (var i = 1; i <= 8; i++)
        {
            await Append(log, 1);
            try
            {
                log.Checkpoints!.Sign();
                handed = i;
            }
            catch (IOException)
            {
                // Nobody has it.
            }
        }

        return handed;
    }

    private AuditLog Open(MemoryDisk? log = null, MemoryDisk? book = null) =>
        AuditLog.Open(Some.SmallOptions, new AuditLogFiles((log ?? _log).Mount(), null, (book ?? _book).Mount()), new AuditLogKeys(Some.Key) { Checkpoints = Signers }, _clock);

    private async Task Live(int entries)
    {
        await using var log = Open();
        for (var i = 0; i < entries; i++)
        {
            await Append(log, 1);
        }

        log.Checkpoints!.Sign();
    }

    private async Task Append(AuditLog log, int count, int bytes = 200)
    {
        for (var i = 0; i < count; i++)
        {
            var entry = Some.BodyOf(bytes);
            entry[^1] = (byte)_random.Next('a', 'z');
            (await log.Append(entry)).IsDurable.ShouldBeTrue();
        }
    }
}
