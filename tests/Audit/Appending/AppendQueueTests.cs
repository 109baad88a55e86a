using Exchange.Audit.Appending;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Appending;

public sealed class AppendQueueTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Who_came_first_is_taken_first()
    {
        using var queue = new AppendQueue();
        var appends = Enumerable.Range(0, 5000).Select(number => queue.AppendAsync(Body(0, number), Digest.Zero, null, false).AsTask()).ToList();

        var taken = queue.Take(1, TimeSpan.Zero);

        Read(taken).Select(pending => pending.Number).ShouldBe(Enumerable.Range(0, 5000));
        taken.Count.ShouldBe(5000);
        queue.Waiting.ShouldBe(0);
        AnswerAll(taken);
        await Task.WhenAll(appends);
    }

    [Fact]
    public async Task Under_load_each_callers_appends_keep_their_order_and_nobody_is_lost_or_served_twice()
    {
        const int Callers = 8;
        const int Each = 5000;
        using var queue = new AppendQueue();
        var served = new List<(int Caller, int Number)>();
        var appender = Task.Factory.StartNew(() => Serve(queue, expected: 3, served.Add), TaskCreationOptions.LongRunning);

        // In batches of several sizes, so that links are put again while others are still being taken.
        var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var number = 0; number < Each;)
            {
                var batch = Enumerable.Range(number, Math.Min(1 + (number % 7), Each - number)).Select(next => queue.AppendAsync(Body(caller, next), Digest.Zero, null, false).AsTask()).ToList();
                (await Task.WhenAll(batch)).ShouldAllBe(result => result.Outcome == ErrorCode.None);
                number += batch.Count;
            }
        }));
        await Task.WhenAll(callers);
        queue.Close();
        await appender;

        served.Count.ShouldBe(Callers * Each);
        foreach (var caller in served.GroupBy(one => one.Caller))
        {
            caller.Select(one => one.Number).ShouldBe(Enumerable.Range(0, Each));
        }
    }

    [Fact]
    public async Task Who_was_let_in_before_the_close_is_served_and_who_was_not_is_told()
    {
        for (var round = 0; round < 50; round++)
        {
            using var queue = new AppendQueue();
            var served = new List<(int Caller, int Number)>();
            var appender = Task.Factory.StartNew(() => Serve(queue, expected: 2, served.Add), TaskCreationOptions.LongRunning);
            var durable = 0;
            var callers = Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
            {
                for (var number = 0; (await queue.AppendAsync(Body(caller, number), Digest.Zero, null, false)).Outcome == ErrorCode.None; number++)
                {
                    Interlocked.Increment(ref durable);
                }
            })).ToArray();

            SpinWait.SpinUntil(() => Volatile.Read(ref durable) > round * 10, Longest).ShouldBeTrue();
            queue.Close();
            queue.Close();
            await Task.WhenAll(callers);
            await appender;

            served.Count.ShouldBe(durable);
            (await queue.AppendAsync(Body(0, 0), Digest.Zero, null, false)).Outcome.ShouldBe(ErrorCode.ShuttingDown);
            queue.Take(4, Longest).Count.ShouldBe(0);
        }
    }

    [Fact]
    public async Task The_appender_waits_until_as_many_are_there_as_it_expects()
    {
        using var queue = new AppendQueue();
        var taking = Task.Factory.StartNew(() => queue.Take(expected: 3, Longest), TaskCreationOptions.LongRunning);
        var appends = new List<Task>();
        for (var number = 0; number < 3; number++)
        {
            taking.IsCompleted.ShouldBeFalse();
            appends.Add(queue.AppendAsync(Body(0, number), Digest.Zero, null, false).AsTask());
        }

        var taken = await taking.WaitAsync(Longest);

        taken.Count.ShouldBe(3);
        AnswerAll(taken);
        await Task.WhenAll(appends);
    }

    [Fact]
    public async Task The_appender_waits_no_longer_than_its_time_for_those_who_do_not_come()
    {
        using var queue = new AppendQueue();
        var append = queue.AppendAsync(Body(0, 7), Digest.Zero, null, false).AsTask();

        var taken = queue.Take(expected: 1000, TimeSpan.FromMilliseconds(1));

        Read(taken).ShouldBe([(0, 7)]);
        AnswerAll(taken);
        await append;
    }

    private static byte[] Body(int caller, int number) => [(byte)caller, (byte)(number >> 8), (byte)number];

    private static void Serve(AppendQueue queue, int expected, Action<(int Caller, int Number)> onServed)
    {
        for (PendingList taken; (taken = queue.Take(expected, TimeSpan.FromMicroseconds(50))).Count > 0;)
        {
            Read(taken).ForEach(onServed);
            AnswerAll(taken);
        }
    }

    private static List<(int Caller, int Number)> Read(PendingList taken)
    {
        var found = new List<(int, int)>();
        for (var pending = taken.First; pending is not null; pending = pending.Next)
        {
            var body = pending.Body.Span;
            found.Add((body[0], (body[1] << 8) | body[2]));
        }

        found.Count.ShouldBe(taken.Count);
        return found;
    }

    private static void AnswerAll(PendingList taken)
    {
        for (var pending = taken.First; pending is not null; pending = pending.Next)
        {
            pending.Decide(AppendResult.Refused(ErrorCode.None));
        }

        Answers.HandOver(taken);
    }
}
