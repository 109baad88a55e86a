using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Appending;

/// <summary>Appends that make one group: while a gate holds the appender, the others gather behind it.</summary>
internal static class Together
{
    internal static async Task<AppendResult[]> AppendTogether(this AuditLog log, IEnumerable<byte[]> bodies, bool isCritical = false)
    {
        using var plug = new Plug();
        var plugged = log.Append(Some.BodyOf(20), plug, isCritical: true).AsTask();
        await Task.WhenAny(plug.Reached, plugged);
        var appends = bodies.Select(body => log.Append(body, isCritical: isCritical).AsTask()).ToArray();
        plug.Open();
        await plugged;
        return await Task.WhenAll(appends);
    }

    private sealed class Plug : IReleaseGate, IDisposable
    {
        private readonly ManualResetEventSlim _open = new();
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Reached => _reached.Task;

        public ErrorCode Check()
        {
            _reached.SetResult();
            _open.Wait();
            return ErrorCode.PolicyChanged;
        }

        public void Dispose() => _open.Dispose();

        internal void Open() => _open.Set();
    }
}
