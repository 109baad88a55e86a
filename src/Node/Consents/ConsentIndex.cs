using System.Collections.Concurrent;
using Exchange.Vocabulary;

namespace Exchange.Node.Consents;

/// <summary>All consents in memory: the transfer path reads no SQL.</summary>
internal sealed class ConsentIndex
{
    private readonly ConcurrentDictionary<ConsentTuple, ConsentSlot> _byTuple = new();
    private readonly ConcurrentDictionary<ConsentId, ConsentSlot> _byId = new();

    internal int Count => _byId.Count;

    internal IEnumerable<ConsentSlot> All => _byId.Values;

    /// <summary>The consents of a subject in their current revisions; goes through all.</summary>
    internal IEnumerable<ConsentRecord> Of(SubjectId subject) => _byId.Values.Select(slot => slot.Current.Record).Where(record => record.For.Subject == subject);

    internal ConsentSlot? Find(in ConsentTuple tuple) => _byTuple.GetValueOrDefault(tuple);

    internal ConsentSlot? Find(ConsentId id) => _byId.GetValueOrDefault(id);

    /// <summary>Puts a revision in force: in its slot, or in a new one.</summary>
    internal void Put(ConsentRecord record)
    {
        var state = new ConsentState(record);
        if (_byId.TryGetValue(record.Id, out var slot))
        {
            slot.Replace(state);
            return;
        }

        slot = new ConsentSlot(state);
        _byId[record.Id] = slot;
        _byTuple[record.For] = slot;
    }
}
