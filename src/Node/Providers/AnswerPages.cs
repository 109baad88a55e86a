using Exchange.Node.Transfers;
using Exchange.Vocabulary;

namespace Exchange.Node.Providers;

/// <summary>
/// A provider's answer over all of its pages, for transfers that need the whole: one page in memory at a time, and an end to it, however
/// long the provider goes on.
/// </summary>
/// <param name="ask">Asks for one page.</param>
/// <param name="question">What is asked; its page size is that of every page, its page token becomes that of the page under way.</param>
/// <param name="limits">How many pages, records and bytes at most.</param>
/// <param name="deadline">For the whole, not for each page.</param>
internal sealed class AnswerPages(AskPage ask, ProviderQuestion question, NodeLimits limits, DateTime deadline)
{
    private int _pages;
    private long _records;
    private long _bytes;
    private bool _isOver;

    /// <summary>Why there is no further page: <see cref="ErrorCode.None"/> after the last one, otherwise what the transfer is refused with.</summary>
    internal ErrorCode Outcome { get; private set; }

    /// <summary>The next page, for the caller to dispose; null when there is none, and <see cref="Outcome"/> says why.</summary>
    /// <exception cref="OperationCanceledException">The consumer went away.</exception>
    internal async ValueTask<ProviderAnswer?> NextAsync(CancellationToken cancellationToken)
    {
        if (_isOver)
        {
            return null;
        }

        if (_pages == limits.AnswerPages)
        {
            return End(ErrorCode.ProviderAnswerTooLarge);
        }

        var (answer, code) = await ask(question, deadline, cancellationToken).ConfigureAwait(false);
        if (answer is null)
        {
            return End(code);
        }

        _pages++;
        _records += answer.RecordCount;
        _bytes += answer.Length;
        code = Judge(answer);
        if (code != ErrorCode.None)
        {
            answer.Dispose();
            return End(code);
        }

        _isOver = answer.NextPageToken.IsEmpty;
        question.PageToken = answer.NextPageToken.ToArray(); // The page may be gone when the next one is asked for.
        return answer;
    }

    /// <summary>A cursor to the page that was just read leads nowhere: the records would come again until a bound is reached.</summary>
    private ErrorCode Judge(ProviderAnswer answer) =>
        !answer.IsWellFormed || answer.RecordCount > question.PageSize || answer.NextPageToken.Length > PageTokens.MaximumCursor
            || (!question.PageToken.IsEmpty && question.PageToken.Span.SequenceEqual(answer.NextPageToken.Span)) ? ErrorCode.ProviderAnswerMalformed
        : _records > limits.AnswerRecords || _bytes > limits.AnswerBytes ? ErrorCode.ProviderAnswerTooLarge
        : ErrorCode.None;

    private ProviderAnswer? End(ErrorCode outcome)
    {
        _isOver = true;
        Outcome = outcome;
        return null;
    }
}
