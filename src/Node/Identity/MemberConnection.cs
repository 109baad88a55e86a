using System.Security.Cryptography.X509Certificates;
using Exchange.Identity;
using Exchange.Node.Snapshots;
using Exchange.Vocabulary;

namespace Exchange.Node.Identity;

/// <summary>
/// Who is at the other end of a connection. The certificate is read once, in the handshake; the member is looked up once a registry
/// generation, so that each call compares one integer.
/// </summary>
internal sealed class MemberConnection
{
    private readonly SnapshotHolder _snapshots;
    private readonly MemberId _id;
    private readonly X509Certificate2? _anchor;
    private volatile Resolution _resolution;

    private MemberConnection(SnapshotHolder snapshots, MemberId id, MemberRegistry admittedBy)
    {
        _snapshots = snapshots;
        _id = id;
        _anchor = admittedBy.TryFind(id, out var member) ? member.Anchor : null;
        _resolution = Resolve(snapshots.Current);
    }

    /// <summary>The id that the certificate bears, member or not.</summary>
    internal MemberId Id => _id;

    /// <summary>Whether a member came, and the registry in force does not know it any more as the one that came.</summary>
    internal bool HasLostItsMember => _anchor is not null && Member is null;

    /// <summary>The member as the current registry knows it; null when it knows none of this id.</summary>
    internal Member? Member
    {
        get
        {
            var current = _snapshots.Current;
            var resolution = _resolution;
            if (resolution.Generation != current.Generation)
            {
                _resolution = resolution = Resolve(current);
            }

            return resolution.Member;
        }
    }

    /// <summary>From the certificate of a finished handshake, and the registry that the handshake went by; null when it bears no member id.</summary>
    internal static MemberConnection? From(X509Certificate2? certificate, MemberRegistry admittedBy, SnapshotHolder snapshots) =>
        certificate is not null && CertificateIdentity.TryRead(certificate, out var id) ? new MemberConnection(snapshots, id, admittedBy) : null;

    /// <summary>The handshake proved the id to one anchor. To another, as for a member that is registered only now, it proves nothing.</summary>
    private Resolution Resolve(NodeSnapshot snapshot) => new(
        snapshot.Generation,
        snapshot.Registry.TryFind(_id, out var member) && _anchor is not null && member.Anchor.RawDataMemory.Span.SequenceEqual(_anchor.RawDataMemory.Span) ? member : null);

    private sealed record Resolution(int Generation, Member? Member);
}
