using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Merkle;

/// <summary>A perfect subtree of 2^height leaves.</summary>
/// <param name="Height">0 for a leaf.</param>
/// <param name="Root">Its hash.</param>
internal readonly record struct Subtree(int Height, Digest Root);
