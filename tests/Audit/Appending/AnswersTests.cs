using Exchange.Audit.Appending;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Appending;

public sealed class AnswersTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Who_does_something_long_after_its_answer_holds_up_nobody_behind_it()
    {
        using var open = new ManualResetEventSlim();
        var first = Append();
        var others = Enumerable.Range(0, 20).Select(_ => Append()).ToList();
        var blocked = WaitAsync(first.Task, open);
        var answered = others.Select(other => other.Task.AsTask()).ToList();

        Answers.HandOver(Listed([first, .. others]));

        await Task.WhenAll(answered).WaitAsync(Longest);
        blocked.IsCompleted.ShouldBeFalse();
        open.Set();
        await blocked.WaitAsync(Longest);
    }

    [Fact]
    public async Task Nobody_goes_on_in_the_thread_that_hands_the_answers_over()
    {
        var pending = Append();
        var thread = ThreadOfAsync(pending.Task);

        // It lives until the caller has gone on, so that its number is nobody else's.
        var appender = new Thread(() =>
        {
            Answers.HandOver(Listed([pending]));
            thread.Wait(Longest);
        });
        appender.Start();

        (await thread.WaitAsync(Longest)).ShouldNotBe(appender.ManagedThreadId);
    }

    private static PendingAppend Append() => PendingAppend.Begin(default, Digest.Zero, gate: null, isCritical: false);

    private static PendingList Listed(IEnumerable<PendingAppend> appends)
    {
        var list = new PendingList();
        foreach (var pending in appends)
        {
            pending.Decide(AppendResult.Refused(ErrorCode.None));
            list.Add(pending);
        }

        return list;
    }

    private static async Task WaitAsync(ValueTask<AppendResult> append, ManualResetEventSlim open)
    {
        await append;
        open.Wait();
    }

    private static async Task<int> ThreadOfAsync(ValueTask<AppendResult> append)
    {
        await append;
        return Environment.CurrentManagedThreadId;
    }
}
