using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Exchange.Node.Transfers;

/// <summary>
/// Builds the asynchronous methods of the transfer path, so that what holds a method's state while it waits is used again for another transfer. .NET's own
/// <see cref="PoolingAsyncValueTaskMethodBuilder{TResult}"/> keeps one such box a core and thread: with 64 transfers under way nearly all of them were
/// made anew, a kilobyte a transfer.
/// </summary>
/// <remarks>
/// A result is taken once, as of every <see cref="ValueTask{TResult}"/>. The execution context does not flow: nothing in the node is local to an asynchronous
/// flow, and members' requests have neither activity nor log scope.
/// </remarks>
/// <typeparam name="TResult">What the method returns.</typeparam>
internal struct ReusedBoxBuilder<TResult>
{
    private Box? _box;
    private TResult _result;

    public readonly ValueTask<TResult> Task => _box is null ? new(_result) : new(_box, _box.Version);

    public static ReusedBoxBuilder<TResult> Create() => default;

    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => AsyncTaskMethodBuilder.Create().Start(ref stateMachine);

    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
        // Only for builders that box the state machine themselves.
    }

    public void SetResult(TResult result)
    {
        if (_box is null)
        {
            _result = result;
        }
        else
        {
            _box.SetResult(result);
        }
    }

    public void SetException(Exception exception) => (_box ??= new Box()).SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.OnCompleted(BoxOf(ref stateMachine).MoveNext);

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.UnsafeOnCompleted(BoxOf(ref stateMachine).MoveNext);

    private MachineBox<TStateMachine> BoxOf<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        if (_box is MachineBox<TStateMachine> box)
        {
            return box;
        }

        // This builder is a part of the state machine, so it has to know its box before it is copied into it.
        box = MachineBox<TStateMachine>.Rent();
        _box = box;
        box.StateMachine = stateMachine;
        return box;
    }

    /// <summary>What the caller waits at.</summary>
    private class Box : IValueTaskSource<TResult>
    {
        private ManualResetValueTaskSourceCore<TResult> _core;

        internal short Version => _core.Version;

        internal void SetResult(TResult result) => _core.SetResult(result);

        internal void SetException(Exception exception) => _core.SetException(exception);

        public TResult GetResult(short token)
        {
            try
            {
                return _core.GetResult(token);
            }
            finally
            {
                _core.Reset();
                Return();
            }
        }

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);

        /// <summary>A box without a state machine holds an exception, and is no use to anybody else.</summary>
        protected virtual void Return()
        {
        }
    }

    /// <summary>And what holds the method's state meanwhile.</summary>
    private sealed class MachineBox<TStateMachine> : Box
        where TStateMachine : IAsyncStateMachine
    {
        /// <summary>More than wait at once are left to the collector.</summary>
        private const int MaximumFree = 512;

        private MachineBox() => MoveNext = () => StateMachine!.MoveNext();

        internal Action MoveNext { get; }

        internal TStateMachine? StateMachine; // A field, since the machine is a value that moves on where it lies.

        internal static MachineBox<TStateMachine> Rent() => ThreadStock<MachineBox<TStateMachine>>.TryTake(out var box) ? box : new();

        protected override void Return()
        {
            StateMachine = default; // What it knew of a transfer does not wait here for the next.
            ThreadStock<MachineBox<TStateMachine>>.TryKeep(this, MaximumFree);
        }
    }
}
