using System.Buffers;
using System.Collections.Concurrent;
using Exchange.Node.Admission;
using Exchange.Node.Allowances;
using Exchange.Node.Identity;
using Exchange.Node.Recording;
using Exchange.Node.Refusals;
using Exchange.Node.Snapshots;
using Exchange.Vocabulary;

namespace Exchange.Node.Transfers;

/// <summary>
/// One fetch between its request and its answer: what came, what is known of it, what is permitted, what leaves. Used again for another fetch once its page is on
/// the wire or its refusal said, with everything of the former gone; a transfer that ends otherwise, by a fault or a caller that left, is left to the
/// collector, for somebody may still be at work on it.
/// </summary>
internal sealed class Transfer
{
    /// <summary>As many as may be under way at once before more are made anew each time; some kilobytes each.</summary>
    private const int MaximumIdle = 1024;

    /// <summary>As many as a thread keeps for itself: those that it ended last, which are still in its core's cache.</summary>
    private const int MaximumOwn = 64;

    private static readonly ConcurrentQueue<Transfer> Idle = new();

    private Transfer() => Page = new SealedPage(this);

    /// <summary>The request.</summary>
    internal FetchMessage Message { get; } = new();

    /// <summary>What its entry will say.</summary>
    internal EntryFacts Facts { get; } = new();

    /// <summary>What leaves, once it is sealed.</summary>
    internal SealedPage Page { get; }

    /// <summary>Asked by the log's sequencer.</summary>
    internal ReleaseGate Gate { get; } = new();

    /// <summary>Who asks.</summary>
    internal Member Consumer { get; private set; } = null!;

    /// <summary>When the caller stops waiting, UTC.</summary>
    internal DateTime Deadline { get; private set; }

    /// <summary>What stage "decide" permits.</summary>
    internal Permit Permit { get; } = new();

    /// <summary>Whether it does.</summary>
    internal bool IsPermitted { get; set; }

    /// <summary>A unit of the rule's allowance that it took, where the rule has one.</summary>
    internal FetchUnit? Unit { get; set; }

    /// <summary>Of the subject, once it has been looked at: the entry of a refusal names it, too.</summary>
    internal Consents.Standing Standing { get; set; }

    /// <summary>Why it is refused; None while it is not.</summary>
    internal ErrorCode Code { get; private set; }

    /// <summary>What of that the consumer may know.</summary>
    internal IReadOnlyList<Violation> Violations { get; private set; } = [];

    /// <summary>When asking again may help.</summary>
    internal TimeSpan? RetryAfter { get; private set; }

    /// <summary>Whether it must not be used again: somebody may go on with what it began, as with a table of statistics that is frozen for all who ask.</summary>
    internal bool IsUsedOnce { get; set; }

    /// <summary>Takes a request over.</summary>
    /// <exception cref="InvalidDataException">The bytes are no request.</exception>
    internal static Transfer Of(in ReadOnlySequence<byte> request)
    {
        if (!ThreadStock<Transfer>.TryTake(out var transfer) && !Idle.TryDequeue(out transfer))
        {
            transfer = new Transfer();
        }

        transfer.Message.Take(request);
        return transfer;
    }

    /// <summary>Begins under the snapshot that is in force.</summary>
    internal void Begin(Member consumer, DateTime deadline, NodeSnapshot snapshot)
    {
        (Consumer, Deadline) = (consumer, deadline);
        Facts.Begin(TransferId.New(), snapshot);
        Facts.Consumer = consumer.Id;
    }

    /// <summary>Says why it is refused; always false, for a stage to return.</summary>
    internal bool Refuse(ErrorCode code, IReadOnlyList<Violation>? violations = null, TimeSpan? retryAfter = null)
    {
        (Code, Violations, RetryAfter) = (code, violations ?? [], retryAfter);
        return false;
    }

    /// <summary>Nothing of it is needed any more.</summary>
    internal void End()
    {
        if (IsUsedOnce)
        {
            return;
        }

        // The facts and the gate, too: a snapshot that was replaced, and the consent of somebody who was erased, must not wait here for the next transfer.
        Message.Forget();
        Facts.Begin(default, null!);
        Permit.Revoke();
        Gate.Forget();
        (Consumer, Deadline) = (null!, default);
        (IsPermitted, Unit, Standing) = (false, null, default);
        Refuse(ErrorCode.None);
        if (!ThreadStock<Transfer>.TryKeep(this, MaximumOwn) && Idle.Count < MaximumIdle)
        {
            Idle.Enqueue(this);
        }
    }
}
