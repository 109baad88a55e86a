using System.Runtime.Versioning;
using System.Security.Cryptography;
using Exchange.Audit.Proofs.Notes;
using Exchange.Cli.Certs;
using Exchange.Client;
using Exchange.Node.Keys;

namespace Exchange.Cli.Tests.Certs;

public sealed class CertsCommandTests : IDisposable
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_node_may_call_and_be_called_under_its_one_id()
    {
        await InitAsync();

        var node = CertificateFacts.OfFile(_folder.File("certs", "node", "tls.pem"));

        node.Uris.ShouldBe(["spiffe://exchange.test/ops/node-1"]);
        node.DnsNames.ShouldBe(["localhost"]);
        node.Addresses.ShouldBe(["127.0.0.1", "::1"]);
        node.Usages.ShouldBe([ClientAuth, ServerAuth]);
        CertificateFacts.Chains(_folder.File("certs", "node", "tls.pem"), _folder.File("certs", "anchor.pem")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_state_system_may_call_and_not_be_called()
    {
        await InitAsync();
        (await IssueAsync("tax-service", "spiffe://exchange.test/gov/tax-service", "--encryption")).Exit.ShouldBe(0);

        var member = CertificateFacts.OfFile(_folder.File("certs", "tax-service", "cert.pem"));

        member.Uris.ShouldBe(["spiffe://exchange.test/gov/tax-service"]);
        member.DnsNames.ShouldBeEmpty();
        member.Addresses.ShouldBeEmpty();
        member.Usages.ShouldBe([ClientAuth]);
    }

    [Fact]
    public async Task A_marketplace_may_be_called_as_well_and_has_no_key_that_opens_envelopes()
    {
        await InitAsync();
        (await IssueAsync("sample", "spiffe://exchange.test/market/sample")).Exit.ShouldBe(0);

        var member = CertificateFacts.OfFile(_folder.File("certs", "sample", "cert.pem"));

        member.Uris.ShouldBe(["spiffe://exchange.test/market/sample"]);
        member.DnsNames.ShouldBe(["localhost"]);
        member.Usages.ShouldBe([ClientAuth, ServerAuth]);
        File.Exists(_folder.File("certs", "sample", "encryption.pem")).ShouldBeFalse();
    }

    [Fact]
    public async Task Key_pairs_are_on_P256_and_their_halves_belong_together()
    {
        await InitAsync();
        await IssueAsync("tax-service", "spiffe://exchange.test/gov/tax-service", "--encryption");

        PublicHalf("node", "receipt.pem").ShouldBe(PublicKey("node", "receipt.pub.pem"));
        PublicHalf("tax-service", "encryption.pem").ShouldBe(PublicKey("tax-service", "encryption.pub.pem"));
        Convert.FromBase64String(File.ReadAllText(_folder.File("certs", "node", "master.key"))).Length.ShouldBe(32);
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public async Task Private_files_are_the_owners_alone()
    {
        await InitAsync();
        await IssueAsync("tax-service", "spiffe://exchange.test/gov/tax-service", "--encryption");

        var secret = new[] { "anchor-key.pem", "node/tls-key.pem", "node/receipt.pem", "node/checkpoint-ed25519.pem", "node/checkpoint-ecdsa.pem", "node/master.key", "tax-service/cert-key.pem", "tax-service/encryption.pem" };
        foreach (var file in secret)
        {
            File.GetUnixFileMode(_folder.File("certs", file)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
        }

        var readable = Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories)
            .Where(file => (File.GetUnixFileMode(file) & UnixFileMode.OtherRead) != UnixFileMode.None)
            .Select(file => Path.GetRelativePath(_folder.File("certs"), file));
        readable.ShouldBe(
            ["anchor.pem", "node/checkpoint.vkeys", "node/receipt.pub.pem", "node/tls.pem", "tax-service/cert.pem", "tax-service/client.yaml", "tax-service/encryption.pub.pem"],
            ignoreOrder: true);
    }

    [Fact]
    public async Task Nothing_is_overwritten_and_nothing_is_half_written()
    {
        await InitAsync();
        var before = Contents();
        File.Delete(_folder.File("certs", "node", "tls.pem"));

        var again = await CommandRun.OfAsync("certs", "init", "--out", _folder.File("certs"));

        again.Exit.ShouldBe(2);
        again.Prose.ShouldContain("anchor-key.pem");
        again.Prose.ShouldContain("--force");
        File.Exists(_folder.File("certs", "node", "tls.pem")).ShouldBeFalse();
        Contents().ShouldAllBe(file => before[file.Key] == file.Value);
    }

    [Fact]
    public async Task Force_makes_every_key_anew_and_narrows_a_mode_that_was_wide()
    {
        await InitAsync();
        var before = Contents();
        var key = _folder.File("certs", "anchor-key.pem");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }

        (await CommandRun.OfAsync("certs", "init", "--out", _folder.File("certs"), "--force")).Exit.ShouldBe(0);

        Contents().ShouldAllBe(file => before[file.Key] != file.Value);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(key).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task Issue_says_where_an_authority_is_missing_and_what_an_id_looks_like()
    {
        var nowhere = await IssueAsync("tax-service", "spiffe://exchange.test/gov/tax-service");
        nowhere.Exit.ShouldBe(2);
        nowhere.Prose.ShouldContain("exchange certs init");

        await InitAsync();
        var misnamed = await IssueAsync("tax-service", "tax-service");
        misnamed.Exit.ShouldBe(2);
        misnamed.Prose.ShouldContain("spiffe://<instance>/<gov|market|audit|ops>/<code>");
    }

    [Fact]
    public async Task Client_yaml_names_node_keys_and_state_relative_to_itself()
    {
        await InitAsync();
        await IssueAsync("tax-service", "spiffe://exchange.test/gov/tax-service", "--encryption", "--node", "https://127.0.0.1:9001");

        var lines = File.ReadAllLines(_folder.File("certs", "tax-service", "client.yaml"));

        lines.ShouldContain("node: https://127.0.0.1:9001");
        lines.ShouldContain("node_id: spiffe://exchange.test/ops/node-1");
        lines.ShouldContain("origin: exchange.test/node-1");
        lines.ShouldContain("anchor: ../anchor.pem");
        lines.ShouldContain("receipt_keys: [../node/receipt.pub.pem]");
        lines.ShouldContain("checkpoint_keys: [../node/checkpoint.vkeys]");
        lines.ShouldContain("encryption_key: encryption.pem");
        ExchangeClientOptions.Load(_folder.File("certs", "tax-service", "client.yaml")).CheckpointKeys.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_node_gets_a_checkpoint_key_of_each_kind_and_their_public_halves_are_named_for_the_log()
    {
        await InitAsync();
        var lines = await File.ReadAllLinesAsync(_folder.File("certs", "node", "checkpoint.vkeys"));
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(await File.ReadAllTextAsync(_folder.File("certs", "node", "checkpoint-ecdsa.pem")));
        var seed = Ed25519Pem.Read(await File.ReadAllTextAsync(_folder.File("certs", "node", "checkpoint-ed25519.pem")));
        var note = SignedNote.Sign("text\n", Ed25519NoteKey.Signer("exchange.test/node-1", seed), EcdsaNoteKey.Signer("exchange.test/node-1", ecdsa));

        var keys = lines.Select(line => NoteKey.TryParse(line, out var key, out var problem) ? key : throw new InvalidOperationException(problem)).ToArray();

        keys.Select(key => key.SignatureType).ShouldBe([(byte)1, (byte)2]);
        note.VerifiedBy(keys).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("receipt", "receipt.pem", "receipt.pub.pem")]
    [InlineData("checkpoint", "checkpoint-ecdsa.pem", "checkpoint-ed25519.pem", "checkpoint.vkeys")]
    [InlineData(null, "checkpoint-ecdsa.pem", "checkpoint-ed25519.pem", "checkpoint.vkeys", "receipt.pem", "receipt.pub.pem")]
    public async Task Keys_for_a_change_are_made_alone_and_never_over_others(string? only, params string[] files)
    {
        string[] command = ["certs", "keys", "--out", _folder.File("new"), "--origin", "exchange.test/node-1", .. only is null ? Array.Empty<string>() : ["--only", only]];

        (await CommandRun.OfAsync(command)).Exit.ShouldBe(0);

        Directory.EnumerateFiles(_folder.File("new")).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(files);
        (await CommandRun.OfAsync(command)).Exit.ShouldBe(2);
        (await CommandRun.OfAsync("certs", "keys", "--out", _folder.File("other"), "--origin", "a log")).Exit.ShouldBe(2);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_does_not_chain()
    {
        await InitAsync();
        using var other = DevelopmentAuthority.Create("exchange.test", TimeProvider.System);
        using var certificate = other.Issue(new CertificateProfile { Uris = ["spiffe://exchange.test/gov/tax-service"] });
        var file = _folder.File("foreign.pem");
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());

        CertificateFacts.Chains(file, _folder.File("certs", "anchor.pem")).ShouldBeFalse();
    }

    private async Task InitAsync() => (await CommandRun.OfAsync("certs", "init", "--out", _folder.File("certs"))).Exit.ShouldBe(0);

    private Task<CommandRun> IssueAsync(string folder, string id, params string[] more) =>
        CommandRun.OfAsync(["certs", "issue", "--out", _folder.File("certs", folder), "--id", id, .. more]);

    private Dictionary<string, string> Contents() =>
        Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllText);

    private string PublicHalf(params string[] file)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(_folder.File(["certs", .. file])));
        key.ExportParameters(includePrivateParameters: true).Curve.Oid.Value.ShouldBe("1.2.840.10045.3.1.7");
        return key.ExportSubjectPublicKeyInfoPem();
    }

    private string PublicKey(params string[] file) => File.ReadAllText(_folder.File(["certs", .. file])).TrimEnd();
}
