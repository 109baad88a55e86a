using Exchange.Policy.Evaluation.Assertions;
using Exchange.Vocabulary;

namespace Exchange.Node.Allowances;

/// <summary>
/// Keeps what was spent, so that a restart does not give it again. Level: use cases, as with consents. Additions, not totals, are stored: they
/// may come in any order.
/// </summary>
internal interface IAllowanceStore : IAsyncDisposable
{
    /// <summary>What is stored of periods that have not ended, once, at start.</summary>
    IReadOnlyList<StoredAllowance> Load(Instant now);

    /// <summary>Completes when units are durably spent; negative ones are given back.</summary>
    Task SpendAsync(AllowanceKey key, int units);

    /// <summary>Completes when answers and the units that they cost are durable, both or neither.</summary>
    Task FreezeAsync(AllowanceKey key, IReadOnlyList<FrozenAnswer> answers);

    /// <summary>Forgets what is of periods that have ended.</summary>
    Task ForgetAsync(Instant now);
}

/// <summary>What an assertion came to, for the rest of its period.</summary>
/// <param name="Assertion">The digest of its expression and window.</param>
/// <param name="Verdict">The answer.</param>
internal readonly record struct FrozenAnswer(Digest Assertion, AssertionVerdict Verdict);

/// <summary>One count with its answers.</summary>
internal sealed record StoredAllowance(AllowanceKey Key, int Used, IReadOnlyList<FrozenAnswer> Answers);
