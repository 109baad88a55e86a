using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using Exchange.Node.Identity.Differences;
using Exchange.Vocabulary;

namespace Exchange.Node.Identity;

/// <summary>Who takes part: immutable, swapped as one.</summary>
public sealed class MemberRegistry
{
    private readonly FrozenDictionary<MemberId, Member> _members;

    internal MemberRegistry(byte[] content, IEnumerable<Member> members)
        : this(content, Digest.Of(content), members, generation: 0)
    {
    }

    private MemberRegistry(ReadOnlyMemory<byte> content, in Digest digest, IEnumerable<Member> members, int generation)
    {
        (Content, Digest, Generation) = (content, digest, generation);
        _members = members.ToFrozenDictionary(member => member.Id);
        Roles = _members.ToFrozenDictionary(member => member.Key, member => member.Value.Roles);
        Anchors = [.. _members.Values.Select(member => member.Anchor).DistinctBy(anchor => anchor.Thumbprint)];
    }

    /// <summary>SHA-256 of <see cref="Content"/>: what audit entries name the registry by.</summary>
    public Digest Digest { get; }

    /// <summary>The registry's file and every file that it names, in one run of bytes (docs/members.md).</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>Counts the registries that a node has held since its start; set by who holds it. A connection remembers it, and a call compares it.</summary>
    public int Generation { get; }

    /// <summary>What each member may do.</summary>
    public IReadOnlyDictionary<MemberId, MemberRoles> Roles { get; }

    /// <summary>The distinct anchors of all members.</summary>
    public ImmutableArray<X509Certificate2> Anchors { get; }

    /// <summary>All members, in the order of their ids.</summary>
    public IEnumerable<Member> Members => _members.Values.OrderBy(member => member.Id.Value, StringComparer.Ordinal);

    /// <summary>The member of this id.</summary>
    public bool TryFind(MemberId id, [NotNullWhen(true)] out Member? member) => _members.TryGetValue(id, out member);

    /// <summary>
    /// This registry as the one that follows another: a member of whom both say the same is the same object as before, so that what was made
    /// for it, connections for instance, goes on.
    /// </summary>
    internal MemberRegistry After(MemberRegistry? previous, int generation)
    {
        var members = previous is null ? _members.Values
            : _members.Values.Select(member => previous.TryFind(member.Id, out var before) && MemberDifference.Between(before, member).Changes.IsEmpty ? before : member);
        return new(Content, Digest, members, generation);
    }
}
