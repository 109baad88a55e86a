using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Node.Consents;

/// <summary>
/// The place of one consent in memory. Its state is replaced whole; a release holds the state that it was decided by, and the sequencer
/// rejects it when another is in its place (I5).
/// </summary>
internal sealed class ConsentSlot(ConsentState first)
{
    private volatile ConsentState _current = first;

    internal ConsentState Current => _current;

    internal void Replace(ConsentState next) => _current = next;
}

/// <summary>One revision of a consent, with its frozen paths as bits of the dataset in force.</summary>
internal sealed class ConsentState(ConsentRecord record)
{
    private volatile Mapping? _mapping;

    internal ConsentRecord Record { get; } = record;

    /// <summary>What the consented assertions ask, by digest.</summary>
    internal IReadOnlySet<Digest> Assertions { get; } = record.Assertions.Select(assertion => assertion.Digest).ToHashSet();

    /// <summary>Why this state does not permit a release now; None when it does.</summary>
    internal ErrorCode Refuses(Instant now) => Record switch
    {
        { Status: ConsentStatus.Withdrawn } => ErrorCode.ConsentWithdrawn,
        { Status: ConsentStatus.Paused } => ErrorCode.ConsentPaused,
        { Expire: { } expire } when now >= expire => ErrorCode.ConsentExpired,
        _ when now < Record.ValidFrom => ErrorCode.ConsentNotYetValid,
        _ => ErrorCode.None,
    };

    /// <summary>The consented leaves. Mapped once a descriptor; a path that the dataset has no more covers nothing.</summary>
    internal FieldSet Fields(Dataset dataset)
    {
        var mapping = _mapping;
        if (mapping is null || mapping.Descriptor != dataset.DescriptorDigest)
        {
            var set = FieldSet.Empty;
            foreach (var path in Record.Fields)
            {
                // A leaf that became a parent would bring its new children along; they were not consented to.
                if (dataset.Shape.TryResolve(path, out var leaves) && leaves.Count == 1)
                {
                    set |= leaves;
                }
            }

            _mapping = mapping = new Mapping(dataset.DescriptorDigest, set);
        }

        return mapping.Set;
    }

    private sealed record Mapping(Digest Descriptor, FieldSet Set);
}
