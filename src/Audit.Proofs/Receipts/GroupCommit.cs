using System.Security.Cryptography;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Receipts;

/// <summary>One group commit: the batch's tree and the one signature over its root. Shared by the receipts of all its entries.</summary>
public sealed class GroupCommit
{
    /// <summary>Bytes of an ECDSA P-256 signature as IEEE P1363 has it: r ‖ s.</summary>
    public const int SignatureBytes = 64;

    private readonly byte[] _signature;

    private GroupCommit(string origin, SmallTree tree, Digest keyId, byte[] signature) =>
        (Origin, Tree, KeyId, _signature) = (origin, tree, keyId, signature);

    /// <summary>The log's origin.</summary>
    public string Origin { get; }

    /// <summary>The tree over the batch's leaves (<see cref="BatchStatement.LeafHash"/>).</summary>
    public SmallTree Tree { get; }

    /// <summary>The tree's root.</summary>
    public Digest Root => Tree.Root;

    /// <summary>RFC 7638 thumbprint of the receipt key.</summary>
    public Digest KeyId { get; }

    /// <summary>ECDSA P-256 with SHA-256 over the <see cref="BatchStatement"/>, r ‖ s.</summary>
    public ReadOnlySpan<byte> Signature => _signature;

    /// <summary>Builds the tree over the batch's leaves and signs its root.</summary>
    public static GroupCommit Sign(string origin, ReadOnlySpan<Digest> batchLeaves, ECDsa key, in Digest keyId)
    {
        var tree = new SmallTree(batchLeaves);
        Span<byte> statement = stackalloc byte[BatchStatement.Size];
        BatchStatement.Write(statement, (ulong)tree.Size, tree.Root);
        var signature = new byte[SignatureBytes];
        if (!key.TrySignData(statement, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out var written) || written != SignatureBytes)
        {
            throw new CryptographicException("The receipt key made no signature of 64 bytes.");
        }

        return new GroupCommit(origin, tree, keyId, signature);
    }
}

/// <summary>A durable entry: its place, its hash, and its place in the batch whose signature vouches for it.</summary>
/// <param name="Index">Place in the log.</param>
/// <param name="Time">When it was appended.</param>
/// <param name="LeafHash">RFC 6962 leaf hash of the entry.</param>
/// <param name="Group">The group commit that made it durable.</param>
/// <param name="Position">Place in the group, from 0.</param>
public readonly record struct AppendedEntry(ulong Index, Instant Time, Digest LeafHash, GroupCommit Group, int Position);
