namespace Exchange.Benches.Load.Rounds;

/// <summary>What a node counted since its start. A figure is null where the node does not count it.</summary>
/// <param name="Commits">Groups that were committed to the log: each is one signature and one sync of its file.</param>
/// <param name="Entries">Entries in them.</param>
/// <param name="Agreements">Key agreements for sealing.</param>
internal sealed record NodeCounts(long? Commits, long? Entries, long? Agreements)
{
    public NodeCounts Since(NodeCounts? earlier) => new(Commits - earlier?.Commits, Entries - earlier?.Entries, Agreements - earlier?.Agreements);
}
