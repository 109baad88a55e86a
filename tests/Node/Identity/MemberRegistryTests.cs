using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Exchange.Documents;
using Exchange.Node.Identity;
using Exchange.Tests;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Identity;

public sealed class MemberRegistryTests : IDisposable
{
    private const string Members = """
        members:
          - id: spiffe://exchange.test/gov/tax
            name: Tax service
            roles: [consumer]
            anchor: certs/anchor.pem
            encryption_keys:
              - file: certs/tax.pub.pem
                valid_from: 2026-01-01T00:00:00Z
                valid_until: 2027-01-01T00:00:00Z
              - file: certs/tax-next.pub.pem
                valid_from: 2026-11-01T00:00:00Z
            quota: {requests_per_second: 2000, burst: 4000}
          - id: spiffe://exchange.test/market/sample
            name: Sample marketplace
            roles: [provider]
            anchor: certs/anchor.pem
            endpoint: https://127.0.0.1:9443
            limits: {concurrent: 8, deadline: 2s, connections: 3}
          - id: spiffe://exchange.test/ops/anna
            name: Anna, operator
            roles: [operator]
            anchor: certs/anchor.pem
        """;

    private static readonly MemberId Tax = MemberId.Parse("spiffe://exchange.test/gov/tax");
    private static readonly MemberId Market = MemberId.Parse("spiffe://exchange.test/market/sample");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("members-");
    private readonly ECParameters _key;

    public MemberRegistryTests()
    {
        using var anchorKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Anchor", anchorKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var (from, until) = (new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var anchor = request.CreateSelfSigned(from, until);
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = new CertificateRequest("CN=Leaf", leafKey, HashAlgorithmName.SHA256).Create(anchor, from, until, [1]);
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var next = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var large = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
        _key = key.ExportParameters(includePrivateParameters: false);
        Write("certs/anchor.pem", anchor.ExportCertificatePem());
        Write("certs/leaf.pem", leaf.ExportCertificatePem());
        Write("certs/tax.pub.pem", key.ExportSubjectPublicKeyInfoPem());
        Write("certs/tax-next.pub.pem", next.ExportSubjectPublicKeyInfoPem());
        Write("certs/large.pub.pem", large.ExportSubjectPublicKeyInfoPem());
        Write("certs/private.pem", key.ExportPkcs8PrivateKeyPem());
        Write("certs/damaged.pem", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_sound_registry_tells_all_about_its_members()
    {
        var registry = Load(Members, out var said).ShouldNotBeNull(string.Join('\n', said));

        registry.TryFind(Tax, out var tax).ShouldBeTrue();
        (tax.Name, tax.Roles, tax.AnchorFile, tax.Endpoint, tax.Quota).ShouldBe(("Tax service", MemberRoles.Consumer, "certs/anchor.pem", null, new Quota(2000, 4000)));
        registry.TryFind(Market, out var market).ShouldBeTrue();
        (market.Roles, market.Endpoint, market.Quota).ShouldBe((MemberRoles.Provider, new Uri("https://127.0.0.1:9443"), Quota.Default));
        market.ProviderLimits.ShouldBe(new ProviderLimits(8, TimeSpan.FromSeconds(2), 3));
        registry.TryFind(MemberId.Parse("spiffe://exchange.test/gov/taxi"), out _).ShouldBeFalse();
        registry.Roles[Market].ShouldBe(MemberRoles.Provider);
        registry.Anchors.ShouldHaveSingleItem().ShouldBeSameAs(tax.Anchor);
        registry.Generation.ShouldBe(0);
        registry.After(previous: null, 7).ShouldSatisfyAllConditions(
            next => next.Generation.ShouldBe(7), next => next.Digest.ShouldBe(registry.Digest), next => next.Members.Count().ShouldBe(3));
    }

    [Fact]
    public void A_new_key_takes_over_as_it_becomes_valid()
    {
        Load(Members, out _).ShouldNotBeNull().TryFind(Tax, out var tax).ShouldBeTrue();

        KeyAt(2025, 12).ShouldBeNull();
        var first = KeyAt(2026, 2).ShouldNotBeNull();
        first.KeyId.ShouldBe(KeyThumbprint.OfP256(_key));
        first.UncompressedPoint.ShouldBe([4, .. _key.Q.X!, .. _key.Q.Y!]);
        KeyAt(2026, 12).ShouldNotBeNull().KeyId.ShouldNotBe(first.KeyId);
        first.IsValidAt(Instant.From(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero))).ShouldBeFalse("the end is exclusive");

        EncryptionKey? KeyAt(int year, int month) => tax!.EncryptionKeyAt(Instant.From(new DateTimeOffset(year, month, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void The_digest_covers_every_file_that_the_registry_names()
    {
        var registry = Load(Members, out _).ShouldNotBeNull();
        var content = Encoding.UTF8.GetString(registry.Content.Span);
        var expected = new StringBuilder("exchange.members.v1\n");
        foreach (var name in new[] { "certs/anchor.pem", "certs/tax-next.pub.pem", "certs/tax.pub.pem", "members.yaml" })
        {
            var text = File.ReadAllText(Path.Combine(_folder.FullName, name));
            expected.Append($"# {name} {text.Length}\n{text}");
        }

        content.ShouldBe(expected.ToString());
        registry.Digest.ShouldBe(Digest.Of(registry.Content.Span));
        File.AppendAllText(Path.Combine(_folder.FullName, "certs", "tax.pub.pem"), "\n");
        Load(Members, out _).ShouldNotBeNull().Digest.ShouldNotBe(registry.Digest);
    }

    [Fact]
    public void Five_mistakes_are_five_diagnostics_each_with_its_place_and_the_nearest_name()
    {
        var mistaken = Members
            .Replace("[consumer]", "[consumr]", StringComparison.Ordinal)
            .Replace("file: certs/tax.pub.pem", "file: certs/tax.pub.pme", StringComparison.Ordinal)
            .Replace("quota: {", "qota: {", StringComparison.Ordinal)
            .Replace("https://127.0.0.1:9443", "http://127.0.0.1:9443", StringComparison.Ordinal)
            .Replace("deadline: 2s", "deadline: 2", StringComparison.Ordinal);

        Load(mistaken, out var said).ShouldBeNull();

        said.ShouldBe(
        [
            "members.yaml:4:13: expected a role (consumer, provider, auditor, operator, consent-manager), found 'consumr'; did you mean 'consumer'?",
            "members.yaml:7:15: file 'certs/tax.pub.pme': there is no such file; did you mean 'certs/tax.pub.pem'?",
            "members.yaml:12:5: unknown key 'qota'; did you mean 'quota'?",
            "members.yaml:17:15: expected an address such as https://127.0.0.1:9443, without path, found 'http://127.0.0.1:9443'",
            "members.yaml:18:39: expected a duration from 100ms to 5m, a whole number with ms, s, m, h or d, found '2'",
        ]);
    }

    [Theory]
    [InlineData("id: spiffe://exchange.test/gov/tax\n", "id: gov/tax\n", ":2:9: expected a member id spiffe://<instance>/<gov|market|audit|ops>/<code>[/<system>], found 'gov/tax'")]
    [InlineData("ops/anna", "gov/tax", ":19:9: member 'spiffe://exchange.test/gov/tax' stands here for the second time, first at members.yaml:2")]
    [InlineData("    name: Tax service\n", "", ":2:5: the key 'name' is missing")]
    [InlineData("[operator]", "[operator, auditor]", ":21:12: an operator is nothing else: who runs the node takes no part in the exchange")]
    [InlineData("[operator]", "[]", ":21:12: a member has at least one role (consumer, provider, auditor, operator, consent-manager)")]
    [InlineData("[operator]", "operator", ":21:12: expected a list, found 'operator'")]
    [InlineData("[operator]", "[consumer]", ":19:5: a consumer needs an encryption key; add 'encryption_keys'")]
    [InlineData("[operator]", "[provider]", ":19:5: the node must know where to call a provider; add 'endpoint'")]
    [InlineData("    endpoint: https://127.0.0.1:9443\n    limits: {concurrent: 8, deadline: 2s, connections: 3}\n  - id: spiffe://exchange.test/ops/anna\n", "    endpoint: https://127.0.0.1:9443\n  - id: spiffe://exchange.test/ops/anna\n    endpoint: https://127.0.0.1:9444\n", ":19:15: only a provider is called, and this member is none")]
    [InlineData("https://127.0.0.1:9443", "https://127.0.0.1:9443/path", ":17:15: expected an address such as https://127.0.0.1:9443, without path, found 'https://127.0.0.1:9443/path'")]
    [InlineData("https://127.0.0.1:9443", "127.0.0.1:9443", ":17:15: expected an address such as https://127.0.0.1:9443, without path, found '127.0.0.1:9443'")]
    [InlineData("concurrent: 8", "concurrent: 0", ":18:26: expected a whole number from 1 to 10000, found '0'")]
    [InlineData("burst: 4000", "burst: 1999", ":12:47: a burst is at least the requests of one second")]
    [InlineData("valid_until: 2027-01-01T00:00:00Z", "valid_until: 2026-01-01T00:00:00Z", ":9:22: valid_until is not after valid_from")]
    [InlineData("valid_until: 2027-01-01T00:00:00Z", "valid_until: 2027", ":9:22: expected a time in UTC such as 2026-01-01T00:00:00Z, found '2027'")]
    [InlineData("tax-next.pub", "tax.pub", ":10:15: this key stands in the registry already, at members.yaml:7")]
    [InlineData("tax-next.pub", "large.pub", ":10:15: expected a key on the curve P-256")]
    [InlineData("tax-next.pub", "damaged", ":10:15: expected a key on the curve P-256 as SubjectPublicKeyInfo")]
    [InlineData("tax-next.pub", "private", ":10:15: expected a PEM file with a PUBLIC KEY, not a private key: that stays with the member")]
    [InlineData("tax-next.pub", "anchor", ":10:15: expected a PEM file with a PUBLIC KEY")]
    [InlineData("    roles: [operator]\n    anchor: certs/anchor.pem", "    roles: [operator]\n    anchor: certs/tax.pub.pem", ":22:13: expected a certificate in PEM or DER")]
    [InlineData("    roles: [operator]\n    anchor: certs/anchor.pem", "    roles: [operator]\n    anchor: certs/leaf.pem", ":22:13: an anchor is a root: this certificate was issued by another")]
    [InlineData("    roles: [operator]\n    anchor: certs/anchor.pem", "    roles: [operator]\n    anchor: certs", ":22:13: file 'certs': is a folder, expected a file")]
    public void Every_mistake_is_told_where_it_is(string sound, string mistaken, string expected)
    {
        Members.Split(sound).Length.ShouldBe(2, "the row changes one place");

        Load(Members.Replace(sound, mistaken, StringComparison.Ordinal), out var said).ShouldBeNull();

        said.ShouldBe(["members.yaml" + expected]);
    }

    [ProgramFact("sh", "sha256sum", "sed", "sort", "wc")]
    public async Task An_auditor_recomputes_the_digest_with_a_shell()
    {
        var documentation = await File.ReadAllTextAsync(Path.Combine(Prerequisites.Repository, "docs", "members.md"));
        var recipe = documentation.Split("```sh\n")[1].Split("\n```")[0];
        var registry = Load(Members, out _).ShouldNotBeNull();

        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", recipe]) { WorkingDirectory = _folder.FullName, RedirectStandardOutput = true, UseShellExecute = false })!;

        (await shell.StandardOutput.ReadToEndAsync()).ShouldStartWith(registry.Digest.ToString());
    }

    [Fact]
    public void The_example_of_the_documentation_is_a_sound_registry()
    {
        var documentation = File.ReadAllText(Path.Combine(Prerequisites.Repository, "docs", "members.md"));
        Write("certs/tax/encryption.pub.pem", File.ReadAllText(Path.Combine(_folder.FullName, "certs", "tax.pub.pem")));

        Load(documentation.Split("```yaml\n")[1].Split("```")[0], out var said).ShouldNotBeNull(string.Join('\n', said)).Members.Count().ShouldBe(2);
    }

    [Fact]
    public void A_missing_registry_is_told()
    {
        var diagnostics = new List<Diagnostic>();

        MemberRegistryLoader.Load(Path.Combine(_folder.FullName, "missing.yaml"), diagnostics).ShouldBeNull();

        diagnostics.ShouldHaveSingleItem().Message.ShouldBe("there is no such file");
    }

    private MemberRegistry? Load(string text, out List<string> said)
    {
        var diagnostics = new List<Diagnostic>();
        Write("members.yaml", text);
        var registry = MemberRegistryLoader.Load(Path.Combine(_folder.FullName, "members.yaml"), diagnostics);
        said = [.. diagnostics.Select(diagnostic => diagnostic.ToString().Replace(_folder.FullName + Path.DirectorySeparatorChar, string.Empty, StringComparison.Ordinal))];
        return registry;
    }

    private void Write(string name, string text)
    {
        var file = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
