using System.Globalization;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Audit.Tests.Appending;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Fault = Exchange.Audit.Tests.MemoryDisk.Fault;

namespace Exchange.Audit.Tests.Recovery;

/// <summary>
/// The promise under test: whatever fails and wherever, a start finds exactly a prefix of what was appended, with everything that was
/// acknowledged. Each case is a seed; a failing one names it.
/// </summary>
public sealed class PowerLossTests
{
    /// <summary>Seeds, of two power losses each; EXCHANGE_POWER_LOSS_CASES asks for more.</summary>
    private static readonly int Cases = int.Parse(Environment.GetEnvironmentVariable("EXCHANGE_POWER_LOSS_CASES") ?? "1000", CultureInfo.InvariantCulture);

    /// <summary>Enough operations for several groups, two or three segments, and the start itself.</summary>
    private const int OperationsOfAStory = 40;

    [Fact]
    public async Task After_a_power_loss_at_any_operation_everything_acknowledged_is_there_and_nothing_is_half_there()
    {
        var (cut, lost) = (0, 0);
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new Random(seed);
            var story = new Story(random);
            var disk = new MemoryDisk();
            for (var life = 0; life < 2; life++)
            {
                var last = disk.Operations + random.Next(OperationsOfAStory);
                disk.OnOperation = (operation, _) => operation == last ? Fault.PowerLoss : Fault.None;
                await story.Live(disk);
                disk = disk.LosePower(random);
                lost++;
                cut += await story.Check(disk, seed) ? 1 : 0;
            }
        }

        // A story in which recovery never had anything to cut would prove nothing.
        cut.ShouldBeGreaterThan(lost / 50);
    }

    [Theory]
    [InlineData(nameof(Fault.Error))]
    [InlineData(nameof(Fault.Short))]
    [InlineData(nameof(Fault.LostSync))]
    public async Task After_a_failure_at_any_operation_nothing_is_appended_until_a_start_and_everything_acknowledged_is_there(string kind)
    {
        var fault = Enum.Parse<Fault>(kind);
        for (var at = 0; at < OperationsOfAStory; at++)
        {
            for (var powerFails = 0; powerFails < 2; powerFails++)
            {
                var random = new Random(at);
                var story = new Story(random);
                var disk = new MemoryDisk();
                var failed = at;
                disk.OnOperation = (operation, _) => operation == failed ? fault : Fault.None;
                await story.Live(disk);

                disk = powerFails == 1 ? disk.LosePower(random) : disk;
                await story.Check(disk, at);
            }
        }
    }

    /// <summary>What callers tried and what they were promised.</summary>
    private sealed class Story(Random random)
    {
        private readonly List<byte[]> _attempted = [];
        private readonly List<Receipt> _promised = [];

        /// <summary>Appends groups of one to five entries of very different lengths until something breaks, or for twelve groups.</summary>
        internal async Task Live(MemoryDisk disk)
        {
            AuditLog log;
            try
            {
                log = Some.Log(disk.Mount());
            }
            catch (IOException)
            {
                return;
            }

            await using (log)
            {
                for (var group = 0; group < 12; group++)
                {
                    var bodies = Enumerable.Range(0, random.Next(1, 6))
                        .Select(_ => random.Next(8) == 0 ? Some.BodyOf(random.Next(1000, 16_000)) : Some.Body(random))
                        .ToList();
                    var results = await log.AppendTogether(bodies);
                    _attempted.AddRange(bodies);
                    foreach (var result in results.Where(result => result.IsDurable))
                    {
                        _promised.Add(Receipt.Parser.ParseFrom(ReceiptWriter.ToArray(result.Entry)));
                    }

                    if (log.Fault is not null)
                    {
                        await StaysShut(log, disk);
                        return;
                    }

                    results.ShouldAllBe(result => result.IsDurable);
                }
            }
        }

        /// <summary>Starts on what is left, verifies it, and returns whether something had to be cut.</summary>
        internal async Task<bool> Check(MemoryDisk disk, int seed)
        {
            disk.OnOperation = (_, _) => Fault.None;
            await using var log = Some.Log(disk.Mount());
            var report = Some.Verify(disk, new() { Keys = Some.Keys, Receipts = _promised });
            var because = $"seed {seed}";
            report.Problem.ShouldBeNull(because);
            report.UnfinishedBytes.ShouldBe(0, because);
            report.Size.ShouldBe(log.Size, because);

            var stored = log.ReadBackwards().Reverse().ToList();
            stored.Count.ShouldBeGreaterThanOrEqualTo(_promised.Count, because);
            IsPrefix(stored).ShouldBeTrue(because);
            _attempted.RemoveRange(stored.Count, _attempted.Count - stored.Count);
            return log.Recovery.CutBytes > 0;
        }

        private bool IsPrefix(List<StoredEntry> stored) =>
            stored.Count <= _attempted.Count && stored.All(entry => entry.Bytes.Span.EndsWith(_attempted[(int)entry.Index]));

        private static async Task StaysShut(AuditLog log, MemoryDisk disk)
        {
            var operations = disk.Operations;
            (await log.Append(Some.BodyOf(20), isCritical: true)).Outcome.ShouldBe(ErrorCode.LogUnavailable);
            disk.Operations.ShouldBe(operations);
        }
    }
}
