using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Documents;
using Exchange.Vocabulary;

namespace Exchange.Node.Identity;

/// <summary>Reads one member of the registry.</summary>
internal sealed class MemberReader(ReferencedFiles files)
{
    private static readonly FrozenDictionary<string, MemberRoles> RoleNames = new Dictionary<string, MemberRoles>
    {
        ["consumer"] = MemberRoles.Consumer,
        ["provider"] = MemberRoles.Provider,
        ["auditor"] = MemberRoles.Auditor,
        ["operator"] = MemberRoles.Operator,
        ["consent-manager"] = MemberRoles.ConsentManager,
    }.ToFrozenDictionary();

    /// <summary>The roles by the registry's names.</summary>
    internal static IEnumerable<string> Names(MemberRoles roles) => RoleNames.Where(role => roles.HasFlag(role.Value)).OrderBy(role => role.Value).Select(role => role.Key);

    private readonly EncryptionKeyReader _keys = new(files);
    private readonly Dictionary<string, X509Certificate2> _anchors = new(StringComparer.Ordinal);
    private readonly Dictionary<MemberId, DocumentPosition> _places = [];

    internal void Read(DocumentMapping mapping, Dictionary<MemberId, Member> members)
    {
        var named = mapping.Required("id");
        var id = named.As<MemberId>(MemberId.TryParse, "a member id spiffe://<instance>/<gov|market|audit|ops>/<code>[/<system>]");
        var name = mapping.Required("name").Text("a name that people know it by");
        var roles = ReadRoles(mapping.Required("roles"));
        var anchor = mapping.Required("anchor");
        var certificate = ReadAnchor(anchor);
        var keys = mapping.Optional("encryption_keys");
        var encryptionKeys = keys.Items().Select(_keys.Read).OfType<EncryptionKey>().OrderByDescending(key => key.ValidFrom).ToList();
        var endpoint = ReadEndpoint(mapping.Optional("endpoint"));
        var limits = ReadLimits(mapping.Optional("limits"));
        var quota = ReadQuota(mapping.Optional("quota"));
        CheckNeeds(mapping, roles);

        if (id is null || roles is null || certificate is null)
        {
            return; // Said above.
        }

        if (!_places.TryAdd(id.Value, named.Position))
        {
            named.Refuse($"member '{id}' stands here for the second time, first at {_places[id.Value]}");
            return;
        }

        members.Add(id.Value, new()
        {
            Id = id.Value,
            Name = name ?? string.Empty,
            Roles = roles.Value,
            Anchor = certificate,
            AnchorFile = anchor.Text() ?? string.Empty,
            EncryptionKeys = [.. encryptionKeys],
            Endpoint = endpoint,
            ProviderLimits = limits,
            Quota = quota,
        });
    }

    private static MemberRoles? ReadRoles(DocumentValue value)
    {
        var items = value.Items($"a member has at least one role ({string.Join(", ", RoleNames.Keys)})");
        var roles = MemberRoles.None;
        var understood = items.Count > 0;
        foreach (var item in items)
        {
            var role = item.OneOf(RoleNames, "a role");
            understood &= role is not null;
            roles |= role.GetValueOrDefault();
        }

        if (roles.HasFlag(MemberRoles.Operator) && roles != MemberRoles.Operator)
        {
            value.Refuse("an operator is nothing else: who runs the node takes no part in the exchange");
        }

        return understood ? roles : null;
    }

    private static void CheckNeeds(DocumentMapping mapping, MemberRoles? roles)
    {
        var (keys, endpoint, limits) = (mapping.Optional("encryption_keys"), mapping.Optional("endpoint"), mapping.Optional("limits"));
        if (roles is null)
        {
            return;
        }

        if (roles.Value.HasFlag(MemberRoles.Consumer) && !keys.IsPresent)
        {
            mapping.Refuse("a consumer needs an encryption key; add 'encryption_keys'");
        }

        if (roles.Value.HasFlag(MemberRoles.Provider))
        {
            if (!endpoint.IsPresent)
            {
                mapping.Refuse("the node must know where to call a provider; add 'endpoint'");
            }

            return;
        }

        foreach (var value in new[] { endpoint, limits }.Where(value => value.IsPresent))
        {
            value.Refuse("only a provider is called, and this member is none");
        }
    }

    private X509Certificate2? ReadAnchor(DocumentValue value)
    {
        if (files.Read(value) is not { } bytes)
        {
            return null;
        }

        var file = value.Text() ?? string.Empty;
        if (_anchors.TryGetValue(file, out var known))
        {
            return known;
        }

        try
        {
            var certificate = X509CertificateLoader.LoadCertificate(bytes);
            if (!certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData))
            {
                value.Refuse("an anchor is a root: this certificate was issued by another");
            }

            return _anchors[file] = certificate;
        }
        catch (CryptographicException)
        {
            value.Refuse("expected a certificate in PEM or DER");
            return null;
        }
    }

    private static Uri? ReadEndpoint(DocumentValue value)
    {
        const string Expected = "an address such as https://127.0.0.1:9443, without path";
        if (value.Text(Expected) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
            && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0)
        {
            return uri;
        }

        value.Refuse($"expected {Expected}, found '{text}'");
        return null;
    }

    private static ProviderLimits ReadLimits(DocumentValue value)
    {
        using var mapping = value.Mapping();
        return new(
            mapping.Optional("concurrent").Number(1, 10_000) ?? ProviderLimits.Default.Concurrent,
            mapping.Optional("deadline").Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)) ?? ProviderLimits.Default.Deadline,
            mapping.Optional("connections").Number(1, 4) ?? ProviderLimits.Default.Connections);
    }

    private static Quota ReadQuota(DocumentValue value)
    {
        using var mapping = value.Mapping();
        var burst = mapping.Optional("burst");
        var quota = new Quota(
            mapping.Optional("requests_per_second").Number(1, 1_000_000) ?? Quota.Default.RequestsPerSecond,
            burst.Number(1, 1_000_000) ?? 0);
        if (quota.Burst == 0)
        {
            return quota with { Burst = 2 * quota.RequestsPerSecond };
        }

        if (quota.Burst < quota.RequestsPerSecond)
        {
            burst.Refuse("a burst is at least the requests of one second");
        }

        return quota;
    }
}
