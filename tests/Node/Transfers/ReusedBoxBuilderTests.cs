using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Exchange.Node.Transfers;

namespace Exchange.Node.Tests.Transfers;

public sealed class ReusedBoxBuilderTests
{
    [Fact]
    public async Task What_ends_at_once_and_what_waits_come_with_their_results()
    {
        (await AddAsync(1, 2, waits: 0)).ShouldBe(3);
        (await AddAsync(1, 2, waits: 1)).ShouldBe(3);
        (await AddAsync(1, 2, waits: 5)).ShouldBe(3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_failure_is_thrown_to_whoever_awaits_and_the_next_call_is_none_the_worse(int waits)
    {
        (await Should.ThrowAsync<InvalidDataException>(async () => await FailAsync(waits))).Message.ShouldBe("on purpose");
        (await AddAsync(40, 2, waits)).ShouldBe(42);
    }

    [Fact]
    public async Task Thousands_under_way_at_once_do_not_take_each_others_results()
    {
        for (var round = 0; round < 5; round++)
        {
            var calls = Enumerable.Range(0, 5000).Select(number => Task.Run(async () => (Number: number, Sum: await NestedAsync(number)))).ToList();
            foreach (var call in calls)
            {
                var (number, sum) = await call;
                sum.ShouldBe(number + 3);
            }
        }
    }

    [Fact]
    public void A_box_is_used_again_so_that_sixty_four_calls_at_once_allocate_none()
    {
        var gates = Enumerable.Range(0, 64).Select(_ => new Gate()).ToArray();
        var passing = new ValueTask<int>[gates.Length];
        PassAll(gates, passing);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 20; round++)
        {
            PassAll(gates, passing);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    /// <summary>All wait at once; then each goes on, on this thread.</summary>
    [SuppressMessage("Reliability", "CA2012", Justification = "Each is kept until it has ended, and its result is taken once.")]
    private static void PassAll(Gate[] gates, ValueTask<int>[] passing)
    {
        for (var call = 0; call < gates.Length; call++)
        {
            passing[call] = gates[call].PassAsync();
        }

        for (var call = 0; call < gates.Length; call++)
        {
            gates[call].Open();
            if (!passing[call].IsCompletedSuccessfully || passing[call].Result != 1)
            {
                throw new InvalidOperationException("The call did not go on.");
            }
        }
    }

    [AsyncMethodBuilder(typeof(ReusedBoxBuilder<>))]
    private static async ValueTask<int> AddAsync(int left, int right, int waits)
    {
        for (; waits > 0; waits--)
        {
            await Task.Yield();
        }

        return left + right;
    }

    [AsyncMethodBuilder(typeof(ReusedBoxBuilder<>))]
    private static async ValueTask<int> FailAsync(int waits)
    {
        for (; waits > 0; waits--)
        {
            await Task.Delay(1).ConfigureAwait(false);
        }

        throw new InvalidDataException("on purpose");
    }

    [AsyncMethodBuilder(typeof(ReusedBoxBuilder<>))]
    private static async ValueTask<int> NestedAsync(int number)
    {
        var first = await AddAsync(number, 1, number % 3);
        await Task.Yield();
        return await AddAsync(first, 2, number % 2);
    }

    /// <summary>Something to wait for that itself allocates nothing.</summary>
    private sealed class Gate : ICriticalNotifyCompletion
    {
        private Action? _continuation;

        public bool IsCompleted => false;

        public Gate GetAwaiter() => this;

        public void GetResult()
        {
            // Nothing comes of it.
        }

        public void OnCompleted(Action continuation) => _continuation = continuation;

        public void UnsafeOnCompleted(Action continuation) => _continuation = continuation;

        internal void Open() => Interlocked.Exchange(ref _continuation, null)?.Invoke();

        [AsyncMethodBuilder(typeof(ReusedBoxBuilder<>))]
        internal async ValueTask<int> PassAsync()
        {
            await this;
            return 1;
        }
    }
}
