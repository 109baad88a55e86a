using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Exchange.Vocabulary;

namespace Exchange.Node.Identity;

/// <summary>A member as the registry describes it.</summary>
public sealed class Member
{
    /// <summary>The URI of its certificates.</summary>
    public required MemberId Id { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do.</summary>
    public required MemberRoles Roles { get; init; }

    /// <summary>The one root that its certificates must chain to.</summary>
    public required X509Certificate2 Anchor { get; init; }

    /// <summary>The anchor's file as the registry names it.</summary>
    public required string AnchorFile { get; init; }

    /// <summary>Keys that envelopes for it are sealed to, latest first.</summary>
    public required ImmutableArray<EncryptionKey> EncryptionKeys { get; init; }

    /// <summary>Where the node calls it; null unless it is a provider.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>How hard the node may lean on it.</summary>
    public ProviderLimits ProviderLimits { get; init; } = ProviderLimits.Default;

    /// <summary>How much it may ask.</summary>
    public Quota Quota { get; init; } = Quota.Default;

    /// <summary>The key to seal to at a moment: of the valid ones that which began last, so that a new key takes over as it becomes valid. Null: none.</summary>
    public EncryptionKey? EncryptionKeyAt(Instant moment)
    {
        foreach (var key in EncryptionKeys)
        {
            if (key.IsValidAt(moment))
            {
                return key;
            }
        }

        return null;
    }
}
