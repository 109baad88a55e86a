namespace Exchange.Audit.Proofs.Verification;

/// <summary>What every stretch of a log is checked against.</summary>
/// <param name="Origin">The log's name.</param>
/// <param name="Keys">The keys that signatures are checked with; null: they are not.</param>
/// <param name="NotesDigests">Whether to look for digests of policies, registries and the like.</param>
/// <param name="HasLinkage">Whether there is a linkage file, so that consent tags can be checked.</param>
internal sealed record StretchRules(string Origin, KnownKeys? Keys, bool NotesDigests, bool HasLinkage);
