using System.Collections.Concurrent;
using Grpc.Core.Deadlines;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// The token sources of a channel's calls. Each is cancelled when the channel closes; that bond is made with the source and kept while it serves
/// call after call, since all calls would otherwise meet at the channel's own source twice each, which cost a tenth of the throughput. Nearly no
/// call is cancelled, so most sources serve again. Only one that nobody holds any more comes back, for what still held it would be cancelled with
/// the next call.
/// </summary>
/// <param name="closing">Fires when the channel closes.</param>
/// <param name="reuses">
/// Whether sources are used again. Not over a handler of somebody else's making: what that does with a token is not known here.
/// </param>
internal sealed class Cancellations(CancellationToken closing, bool reuses)
{
    /// <summary>As many as calls of one channel end together on a busy machine; more are left to the garbage collector.</summary>
    private const int MostIdle = 256;

    private readonly ConcurrentQueue<Source> _idle = [];
    private int _count;

    /// <summary>A source for a call, which gives it to <see cref="Return"/> or to <see cref="Discard"/> when it ends.</summary>
    public Source Rent()
    {
        if (!_idle.TryDequeue(out var source))
        {
            return new Source(closing);
        }

        Interlocked.Decrement(ref _count);
        return source;
    }

    /// <summary>Takes back a source that was not cancelled and that nobody holds.</summary>
    public void Return(Source source)
    {
        if (!reuses || !source.TryReset())
        {
            Discard(source);
        }
        else if (Interlocked.Increment(ref _count) <= MostIdle)
        {
            _idle.Enqueue(source);
        }
        else
        {
            Interlocked.Decrement(ref _count);
            Discard(source);
        }
    }

    /// <summary>Parts a source from the channel, which would otherwise hold it for good. It works on for whoever has its token.</summary>
    public static void Discard(Source source) => source.Part();

    internal sealed class Source : CancellationTokenSource
    {
        private readonly CancellationTokenRegistration _bond;
        private Alarm? _alarm;

        public Source(CancellationToken closing) => _bond = closing.UnsafeRegister(static source => ((Source)source!).Cancel(), this);

        /// <summary>The alarm for the deadlines of the calls that this source serves, one after the other.</summary>
        public Alarm Alarm(TimeProvider clock) => _alarm ??= new Alarm(clock);

        public void Part()
        {
            _bond.Unregister();
            _alarm?.Dispose();
        }
    }
}
