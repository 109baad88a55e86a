using Exchange.Audit;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Tests.Appender;

/// <summary>Callers that append, and now and then have a checkpoint signed and old entries removed.</summary>
internal sealed class Appending(AppenderFolder folder, TextWriter output)
{
    private const int EntriesOfACheckpoint = 50;
    private const int EntriesOfARemoval = 400;
    private const int Kept = 512;
    private const int Failed = 1;
    private const int NotOpened = 3;

    private readonly Lock _gate = new();
    private int _appended;

    internal async Task<int> RunAsync(int callers, int entries)
    {
        AuditLog log;
        try
        {
            log = folder.Open();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Say($"refused {refused.Message}");
            return NotOpened;
        }

        Say($"open {log.Size}");
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(log, caller, entries))));
        var fault = log.Fault;
        await log.DisposeAsync();
        Say(fault is null ? "closed" : $"fault {fault.Message}");
        return fault is null ? 0 : Failed;
    }

    private async Task CallAsync(AuditLog log, int caller, int entries)
    {
        var random = new Random(caller);
        while (Interlocked.Increment(ref _appended) is var number && number <= entries)
        {
            var body = new AuditEntry { Kind = EntryKind.Administrative, Software = new string('x', random.Next(100, 900)) }.ToByteArray();
            var result = await log.AppendAsync(body, Digest.Zero);
            if (!result.IsDurable)
            {
                return;
            }

            Say($"ack {result.Entry.Index} {result.Entry.LeafHash}");
            if (number % EntriesOfACheckpoint == 0)
            {
                Try(() => Sign(log));
            }

            if (number % EntriesOfARemoval == 0)
            {
                await RemoveAsync(log);
            }
        }
    }

    private void Sign(AuditLog log)
    {
        var note = log.Checkpoints!.Sign();
        if (Checkpoint.TryParse(note.Text, out var checkpoint, out _))
        {
            Say($"signed {checkpoint.Size} {checkpoint.Root}");
        }
    }

    private async Task RemoveAsync(AuditLog log)
    {
        var minimum = log.Size < Kept ? 0 : (log.Size - Kept) & ~255UL;
        var entry = new AuditEntry { Kind = EntryKind.EntriesRemoved, MinimumIndex = minimum }.ToByteArray();
        try
        {
            await log.RemoveBeforeAsync(minimum, entry);
            Say($"removed {log.FirstIndex}");
        }
        catch (IOException failure)
        {
            Say($"failed {failure.Message}");
        }
    }

    /// <summary>A checkpoint that fails is no failure of the log.</summary>
    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (IOException failure)
        {
            Say($"failed {failure.Message}");
        }
    }

    private void Say(string line)
    {
        lock (_gate)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }
}
