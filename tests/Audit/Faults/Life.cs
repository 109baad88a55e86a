using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Tests.Appending;
using Exchange.Audit.Tests.Keys;
using Exchange.Audit.Tests.Retention;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Faults;

/// <summary>
/// A log with all that it keeps, on three disks of which any operation may fail: it appends, signs checkpoints, removes what is old, and goes on
/// under another receipt key. What was promised on the way is written down here, and held against what a later start finds.
/// </summary>
internal sealed class Life(int seed) : IDisposable
{
    private static readonly AuditLogOptions Options = Some.SmallOptions;

    private readonly ECDsa _next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Random _random = new(seed);
    private readonly List<byte[]> _attempted = [];
    private readonly List<Receipt> _promised = [];
    private readonly List<Checkpoint> _signed = [];
    private readonly INoteSigner _signer = Ed25519NoteKey.Signer(Some.Origin, new byte[32]);

    internal MemoryDisk Log { get; private set; } = new();

    internal MemoryDisk Tiles { get; private set; } = new();

    internal MemoryDisk Book { get; private set; } = new();

    public void Dispose() => _next.Dispose();

    /// <summary>Three lives of a node: in the second old entries go, before the third the key changes. Ends where something fails.</summary>
    /// <returns>Whether the log itself came to no harm.</returns>
    internal async Task<bool> Run()
    {
        var isWell = true;
        for (var life = 0; life < 3 && isWell; life++)
        {
            AuditLog log;
            try
            {
                log = Open(life < 2 ? Some.Key : _next, life < 2 ? null : Some.Key);
            }
            catch (IOException)
            {
                return false;
            }

            await using (log)
            {
                isWell = await Live(log, removes: life == 1);
            }
        }

        return isWell;
    }

    /// <summary>All three lose power at once; what is left of each is another matter.</summary>
    internal void LosePower() => (Log, Tiles, Book) = (Log.LosePower(_random), Tiles.LosePower(_random), Book.LosePower(_random));

    /// <summary>Nothing fails any more: a start must find all that was promised, and everything must be well with it.</summary>
    internal async Task Check(string because)
    {
        foreach (var disk in (MemoryDisk[])[Log, Tiles, Book])
        {
            disk.OnOperation = (_, _) => MemoryDisk.Fault.None;
        }

        await using var log = Open(_next, Some.Key);
        using var keys = Some.KeysOf(Some.Key);
        keys.AddPem(_next.ExportSubjectPublicKeyInfoPem());
        var report = Some.Verify(Log, new() { Keys = keys, Receipts = [.. _promised.Where(receipt => receipt.Index >= log.FirstIndex)] });
        report.Problem.ShouldBeNull(because);
        (report.Size, report.FirstIndex).ShouldBe((log.Size, log.FirstIndex), because);

        var entries = log.ReadBackwards().Reverse().ToList();
        entries.Count.ShouldBe((int)(log.Size - log.FirstIndex), because);
        IsPrefix(entries, log.FirstIndex).ShouldBeTrue(because);
        _promised.ShouldAllBe(receipt => receipt.Index < log.Size, because);

        var tree = new TiledTree(log.Tiles!, log.Size);
        tree.Root(log.Size).ShouldBe(report.TreeRoot, because);
        foreach (var signed in _signed)
        {
            signed.Size.ShouldBeLessThanOrEqualTo(log.Size, because);
            tree.Root(signed.Size).ShouldBe(signed.Root, because);
            log.Checkpoints!.Of(signed.Size).ShouldNotBeNull(because);
        }

        (await log.Append(Some.BodyOf(30))).IsDurable.ShouldBeTrue(because);
        log.Checkpoints!.Sign().VerifiedBy([_signer.Key]).Length.ShouldBe(1, because);
    }

    private async Task<bool> Live(AuditLog log, bool removes)
    {
        for (var group = 0; group < 8; group++)
        {
            var bodies = Enumerable.Range(0, group % 2 == 0 ? 60 : _random.Next(1, 6)).Select(_ => Some.BodyOf(_random.Next(400, 900))).ToList();
            foreach (var (number, body) in bodies.Index())
            {
                Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_attempted.Count + number:D6}"), body.AsSpan(body.Length - 6));
            }

            _attempted.AddRange(bodies);
            var results = await log.AppendTogether(bodies);
            _promised.AddRange(results.Where(result => result.IsDurable).Select(result => Receipt.Parser.ParseFrom(ReceiptWriter.ToArray(result.Entry))));
            if (results.Any(result => !result.IsDurable))
            {
                // For want of a reserve some may be refused in an otherwise healthy log: then the attempts are not in order any more. What is signed
                // now must not reach further than what came to the disk.
                Sign(log);
                return false;
            }

            if (group % 3 == 2)
            {
                Sign(log);
            }

            try
            {
                if (removes && group == 5)
                {
                    (await log.RemoveBeforeAsync(256, RetentionTests.Entry(256)) == ErrorCode.None).ShouldBe(log.FirstIndex > 0);
                }
            }
            catch (IOException)
            {
                // Neither a checkpoint nor a removal is what the log is for: it goes on.
            }
        }

        return true;
    }

    /// <summary>Signs, and notes what others can see from then on, whether it came to an end or not.</summary>
    private void Sign(AuditLog log)
    {
        try
        {
            log.Checkpoints!.Sign();
        }
        catch (IOException)
        {
            // Then nobody may have seen one, which is what is looked at below.
        }

        if (log.Checkpoints!.Newest is { } newest)
        {
            Checkpoint.TryParse(newest.Text, out var checkpoint, out _).ShouldBeTrue();
            _signed.Add(checkpoint!);
        }
    }

    /// <summary>The entries that callers gave, in their order and without a gap; those that the log gives itself stand between them.</summary>
    private bool IsPrefix(List<StoredEntry> entries, ulong firstIndex)
    {
        var given = entries.Select(entry => entry.Bytes).Where(entry => AuditEntry.Parser.ParseFrom(entry.Span).Kind == EntryKind.Administrative).ToList();
        if (firstIndex == 0)
        {
            return given.Count <= _attempted.Count && given.Index().All(entry => entry.Item.Span.EndsWith(_attempted[entry.Index]));
        }

        var first = _attempted.FindIndex(body => given[0].Span.EndsWith(body));
        return first >= 0 && first + given.Count <= _attempted.Count && given.Index().All(entry => entry.Item.Span.EndsWith(_attempted[first + entry.Index]));
    }

    private AuditLog Open(ECDsa key, ECDsa? former) => AuditLog.Open(
        Options,
        new AuditLogFiles(Log.Mount(), Tiles.Mount(), Book.Mount()),
        new AuditLogKeys(key) { FormerReceipt = former, ReceiptKeyChange = ReceiptKeyChangeTests.Entry, Checkpoints = [_signer] },
        new FakeClock(Some.Noon));
}
