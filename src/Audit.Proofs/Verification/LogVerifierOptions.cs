using Exchange.Audit.Proofs.Receipts;
using Exchange.Format.V1;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>What a log is held against besides itself.</summary>
public sealed record LogVerifierOptions
{
    /// <summary>Pinned receipt keys; null or empty: signatures are not checked, and the report says so.</summary>
    public ReceiptKeys? Keys { get; init; }

    /// <summary>The log's expected name; null for any.</summary>
    public string? ExpectedOrigin { get; init; }

    /// <summary>The size that the log is known to have reached: a shorter one has lost entries.</summary>
    public ulong MinimumSize { get; init; }

    /// <summary>Earlier receipts, each of which promises that its entry is in the log.</summary>
    public IReadOnlyList<Receipt> Receipts { get; init; } = [];

    /// <summary>Is told now and then how far the verification is.</summary>
    public IProgress<VerificationProgress>? Progress { get; init; }
}
