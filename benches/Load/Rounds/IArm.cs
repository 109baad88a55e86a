namespace Exchange.Benches.Load.Rounds;

/// <summary>One way of making the calls, to be compared with others in the same run.</summary>
internal interface IArm
{
    string Name { get; }

    /// <summary>The processes that its calls go through, apart from this one.</summary>
    IReadOnlyList<IMeasuredProcess> Processes { get; }

    bool Offers(CallKind kind);

    /// <summary>Makes one call of the kind, with all its messages, and checks the answer.</summary>
    Task CallAsync(int worker, Workload workload, byte[] message);
}
