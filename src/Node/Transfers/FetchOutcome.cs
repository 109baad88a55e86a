using Exchange.Node.Refusals;

namespace Exchange.Node.Transfers;

/// <summary>How a fetch ended: a page that may leave, or a refusal; one of them.</summary>
internal readonly record struct FetchOutcome(SealedPage? Page, Refusal? Refusal);
