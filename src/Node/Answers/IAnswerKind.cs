using Exchange.Envelopes;
using Exchange.Node.Recording;
using Exchange.Node.Refusals;
using Exchange.Node.Transfers;
using Exchange.Vocabulary;

namespace Exchange.Node.Answers;

/// <summary>
/// Stages "obtain" and "minimise" for one kind of answer. What it writes is all that leaves: it passes every record through the minimiser,
/// and writes what the permit permits and nothing else (I1).
/// </summary>
internal interface IAnswerKind
{
    /// <summary>Obtains and minimises; or says why there is no answer, and then nothing of it is left.</summary>
    /// <param name="facts">The transfer, for its id and for what the entry is to say; kind, outcome and released fields are the pipeline's.</param>
    /// <param name="permit">What may leave.</param>
    /// <param name="deadline">When the caller stops waiting, UTC; <see cref="ProviderQuestions.LimitOf"/> says when the provider must have answered.</param>
    /// <param name="cancellationToken">The consumer went away.</param>
    /// <exception cref="OperationCanceledException">The consumer went away; the pipeline records it.</exception>
    ValueTask<WrittenAnswer> WriteAsync(EntryFacts facts, Permit permit, DateTime deadline, CancellationToken cancellationToken);
}

/// <summary>What a kind of answer wrote, or why it wrote nothing.</summary>
/// <param name="Plaintext">Records or answers, before terms and padding; null for a refusal. The pipeline's from now on, to dispose of.</param>
/// <param name="NextPageToken">Ready for the consumer; empty when nothing follows.</param>
/// <param name="Code">Why there is nothing; None when there is.</param>
/// <param name="Violations">What of it the consumer may know.</param>
/// <param name="RetryAfter">When asking again may help.</param>
internal readonly record struct WrittenAnswer(PlaintextWriter? Plaintext, byte[] NextPageToken, ErrorCode Code, IReadOnlyList<Violation> Violations, TimeSpan? RetryAfter = null)
{
    internal static WrittenAnswer Of(PlaintextWriter plaintext, byte[]? nextPageToken = null) => new(plaintext, nextPageToken ?? [], ErrorCode.None, []);

    internal static WrittenAnswer Refused(ErrorCode code, IReadOnlyList<Violation>? violations = null, TimeSpan? retryAfter = null) =>
        new(null, [], code, violations ?? [], retryAfter);
}
