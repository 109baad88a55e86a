using Exchange.Audit.Proofs.Receipts;
using Exchange.Vocabulary;

namespace Exchange.Audit;

/// <summary>What became of an append.</summary>
/// <param name="Outcome">
/// <see cref="ErrorCode.None"/>: the entry is durable. The gate's own code: it was rejected. <see cref="ErrorCode.LogUnavailable"/>,
/// <see cref="ErrorCode.ClockRanBack"/>, <see cref="ErrorCode.ShuttingDown"/>: nothing may be released on its strength.
/// </param>
/// <param name="Entry">The durable entry; meaningful with <see cref="ErrorCode.None"/> alone.</param>
public readonly record struct AppendResult(ErrorCode Outcome, AppendedEntry Entry)
{
    /// <summary>Whether the entry is durable.</summary>
    public bool IsDurable => Outcome == ErrorCode.None;

    internal static AppendResult Refused(ErrorCode code) => new(code, default);
}
