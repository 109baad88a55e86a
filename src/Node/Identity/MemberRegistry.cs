using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using Exchange.Vocabulary;

namespace Exchange.Node.Identity;

/// <summary>Who takes part: immutable, swapped as one.</summary>
public sealed class MemberRegistry
{
    private readonly FrozenDictionary<MemberId, Member> _members;

    internal MemberRegistry(byte[] content, IEnumerable<Member> members)
    {
        Content = content;
        Digest = Digest.Of(content);
        _members = members.ToFrozenDictionary(member => member.Id);
        Roles = _members.ToFrozenDictionary(member => member.Key, member => member.Value.Roles);
        Anchors = [.. _members.Values.Select(member => member.Anchor).DistinctBy(anchor => anchor.Thumbprint)];
    }

    private MemberRegistry(MemberRegistry registry, int generation)
    {
        (_members, Roles, Anchors, Content, Digest) = (registry._members, registry.Roles, registry.Anchors, registry.Content, registry.Digest);
        Generation = generation;
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

    /// <summary>The same registry under another generation.</summary>
    public MemberRegistry WithGeneration(int generation) => new(this, generation);
}
