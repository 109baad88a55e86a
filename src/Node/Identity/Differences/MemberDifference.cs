using System.Collections.Immutable;
using System.Globalization;
using Exchange.Policy.Evaluation.Differences;
using Exchange.Vocabulary;

namespace Exchange.Node.Identity.Differences;

/// <summary>One thing that the registry says otherwise of a member.</summary>
/// <param name="Direction">Where it leads: whether the member, or somebody in its name, may see or do more.</param>
/// <param name="Kind">The registry's key, for instance <c>anchor</c>; <c>member</c> where the member itself came or went.</param>
/// <param name="Before">As it was, certificates and keys by their digests; null: it was not there.</param>
/// <param name="After">As it is; null: it is not there.</param>
public sealed record MemberChange(ChangeDirection Direction, string Kind, string? Before, string? After);

/// <summary>What the registry says otherwise of one member.</summary>
/// <param name="Member">Whom it concerns.</param>
/// <param name="Changes">What changed, in the order of the registry's keys; nothing where both say the same.</param>
public sealed record MemberDifference(MemberId Member, ImmutableArray<MemberChange> Changes)
{
    /// <summary>Where all changes together lead.</summary>
    public ChangeDirection Direction { get; } = Changes.Aggregate(ChangeDirection.None, (all, change) => all | change.Direction);

    /// <summary>Compares what two registries say of one member; one of them may know nothing of it.</summary>
    internal static MemberDifference Between(Member? before, Member? after)
    {
        var changes = new List<MemberChange>();
        if (before is null || after is null)
        {
            changes.Add(new(before is null ? ChangeDirection.Widens : ChangeDirection.Narrows, "member", before?.Id.Value, after?.Id.Value));
        }

        var (was, now) = (Terms(before), Terms(after));
        foreach (var kind in was.Keys.Union(now.Keys))
        {
            var (old, current) = (was.GetValueOrDefault(kind), now.GetValueOrDefault(kind));
            if (old != current)
            {
                changes.Add(new(before is null || after is null ? ChangeDirection.None : Direct(kind, before, after), kind, old, current));
            }
        }

        return new((after ?? before)!.Id, [.. changes]);
    }

    private static ChangeDirection Direct(string kind, Member before, Member after) => kind switch
    {
        "roles" => Compare(Each(before.Roles), Each(after.Roles)),

        // Another key, or a longer validity of one, is another way to open what is sealed to the member.
        "encryption_keys" => Compare(Each(before.EncryptionKeys), Each(after.EncryptionKeys)),

        // Whoever holds the other anchor's key makes the member's certificates now; requests, with the identifiers in them, go elsewhere.
        "anchor" or "endpoint" => ChangeDirection.Both,
        _ => ChangeDirection.None,
    };

    private static ChangeDirection Compare(string[] before, string[] after) =>
        (after.Except(before).Any() ? ChangeDirection.Widens : ChangeDirection.None) | (before.Except(after).Any() ? ChangeDirection.Narrows : ChangeDirection.None);

    /// <summary>What the registry says, by its keys, as text that is equal where the meaning is.</summary>
    private static Dictionary<string, string> Terms(Member? member)
    {
        var terms = new Dictionary<string, string>(StringComparer.Ordinal);
        if (member is not null)
        {
            terms["name"] = member.Name;
            terms["roles"] = string.Join(", ", Each(member.Roles));
            terms["anchor"] = $"{Digest.Of(member.Anchor.RawData)}";
            if (!member.EncryptionKeys.IsEmpty)
            {
                terms["encryption_keys"] = string.Join(", ", Each(member.EncryptionKeys));
            }

            if (member.Endpoint is { } endpoint)
            {
                terms["endpoint"] = endpoint.GetLeftPart(UriPartial.Authority);
                terms["limits"] = string.Create(CultureInfo.InvariantCulture, $"concurrent {member.ProviderLimits.Concurrent}, deadline {member.ProviderLimits.Deadline}, connections {member.ProviderLimits.Connections}");
            }

            terms["quota"] = string.Create(CultureInfo.InvariantCulture, $"requests_per_second {member.Quota.RequestsPerSecond}, burst {member.Quota.Burst}");
        }

        return terms;
    }

    private static string[] Each(MemberRoles roles) => [.. MemberReader.Names(roles)];

    private static string[] Each(ImmutableArray<EncryptionKey> keys) =>
        [.. keys.Select(key => $"{key.KeyId} from {key.ValidFrom} until {(key.ValidUntil is { } end ? end.ToString() : "further notice")}")];
}
