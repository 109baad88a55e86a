using System.Buffers;
using System.Collections.Concurrent;
using Exchange.Node.Admission;

namespace Exchange.Node.Transfers;

/// <summary>
/// One fetch between its request and its answer: what came, and what leaves. Used again for another fetch once its page is on the wire or its refusal said,
/// wiped in between; a transfer that ends otherwise, by a fault or a caller that left, is left to the collector, for somebody may still be at work on it.
/// </summary>
internal sealed class Transfer
{
    /// <summary>As many as may be under way at once before more are made anew each time; some kilobytes each.</summary>
    private const int MaximumIdle = 1024;

    private static readonly ConcurrentQueue<Transfer> Idle = new();

    private Transfer() => Page = new SealedPage(this);

    /// <summary>The request.</summary>
    internal FetchMessage Message { get; } = new();

    /// <summary>What is released, once it is sealed.</summary>
    internal SealedPage Page { get; }

    /// <summary>Whether others go on with what this transfer began, so that it must not be used again: a table of statistics is frozen for all who ask.</summary>
    internal bool IsShared { get; set; }

    /// <summary>Takes a request over.</summary>
    /// <exception cref="InvalidDataException">The bytes are no request.</exception>
    internal static Transfer Of(in ReadOnlySequence<byte> request)
    {
        if (!Idle.TryDequeue(out var transfer))
        {
            transfer = new Transfer();
        }

        transfer.Message.Take(request);
        return transfer;
    }

    /// <summary>Nothing of it is needed any more.</summary>
    internal void End()
    {
        if (IsShared)
        {
            return;
        }

        Message.Forget();
        if (Idle.Count < MaximumIdle)
        {
            Idle.Enqueue(this);
        }
    }
}
