using System.Collections.Concurrent;
using Grpc.Core;

namespace Exchange.Hostile.Tests.Responses;

/// <summary>How many calls ended in which status.</summary>
internal sealed class StatusTally
{
    private readonly ConcurrentDictionary<StatusCode, int> _counts = [];

    public void Count(StatusCode code) => _counts.AddOrUpdate(code, 1, static (_, count) => count + 1);

    public override string ToString() => string.Join(", ", _counts.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}"));
}
