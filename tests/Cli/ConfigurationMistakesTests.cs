using System.Text.Json;
using Exchange.Cli.Certs;
using Exchange.Cli.Demo.World;

namespace Exchange.Cli.Tests;

/// <summary>Five mistakes in a file are five diagnostics, each with its line, and exit code 2.</summary>
public sealed class ConfigurationMistakesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ConfigurationMistakesTests()
    {
        var certificates = _folder.File("certs");
        DevelopmentFolder.Write(certificates, DemoMembers.Instance, TimeProvider.System);
        using var authority = DevelopmentAuthority.Load(certificates, TimeProvider.System);
        foreach (var member in new[] { DemoMembers.TaxService, DemoMembers.Portal })
        {
            MemberFolder.Write(authority, _folder.File("certs", member.Value.Split('/')[^1]), new MemberFolderOptions { Id = member, Encryption = true });
        }

        DemoConfiguration.Write(_folder.Path, new Uri("https://127.0.0.1:9443"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_development_configuration_is_sound()
    {
        var check = await RunAsync("node", "check");
        check.Exit.ShouldBe(0, check.Prose);
        check.Json.GetProperty("members").GetInt32().ShouldBe(3);
        check.Json.GetProperty("rules").GetInt32().ShouldBe(2);
        (await RunAsync("policy", "check")).Json.GetProperty("rules").GetArrayLength().ShouldBe(2);
        (await RunAsync("datasets", "list")).Data.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("dataset").GetString()).ShouldBe(["customer_profile.v1", "demand.v1", "purchases.v1"]);
    }

    [Fact]
    public async Task Policy_explain_says_what_happens_to_each_field_and_refuses_without_a_rule()
    {
        var permitted = await ExplainAsync(DemoMembers.TaxService.Value, "tax-deduction");
        var refused = await ExplainAsync(DemoMembers.TaxService.Value, "form-prefill");

        permitted.Exit.ShouldBe(0, permitted.Prose);
        var fields = permitted.Json.GetProperty("fields").EnumerateArray().ToDictionary(field => field.GetProperty("path").GetString()!, field => field.GetProperty("action").GetString());
        fields["items.sum.minor_units"].ShouldBe("keep");
        fields["buyer.phone"].ShouldBe("drop");
        refused.Exit.ShouldBe(1);
        refused.Json.GetProperty("outcome").GetString().ShouldBe("RULE_MISSING");
    }

    [Theory]
    [InlineData("node.yaml", new[]
    {
        "origin: exchange.test/node-1", "origin: exchange test",
        "id: spiffe://", "id: ",
        "listen: 127.0.0.1:0", "listen: everywhere",
        "policy: policy", "polcy: policy",
        "receipt: certs/node/receipt.pem", "receipt: certs/node/reciept.pem",
    })]
    [InlineData("node.yaml", new[]
    {
        "  checkpoint_ed25519:", "  checkpoint_ed2519:",
        "certs/node/checkpoint-ecdsa.pem", "certs/node/receipt.pem",
        "master: certs/node/master.key", "master: certs/node/master.key\n  former: {checkpoint_ed25519: certs/node/tls-key.pem}",
        "members: members.yaml", "members: members.yaml\ncheckpoints: {interval: never}",
        "policy: policy", "policy: policy\nretention: {entries: 30d}",
    })]
    [InlineData("members.yaml", new[]
    {
        "roles: [consumer]", "roles: [consumr]",
        "certs/portal/encryption.pub.pem", "certs/portal/missing.pem",
        "endpoint: https", "endpoint: ftp",
        "concurrent: 64", "concurrent: lots",
        "name: Tax service", "nmae: Tax service",
    })]
    [InlineData("policy/purchases.yaml", new[]
    {
        "order_number: keep", "order_nubmer: keep",
        "cancelled: keep", "cancelled: kep",
        "consumer: spiffe://exchange.test/gov/portal\n    provider", "consumer: spiffe://exchange.test/gov/portl\n    provider",
        "retention: 1095d", "retention: forever",
        "purpose: form-prefill", "purpose: form-prefil",
    })]
    public async Task Five_mistakes_are_five_diagnostics(string file, string[] mistakes)
    {
        var path = _folder.File(file);
        var text = await File.ReadAllTextAsync(path);
        List<int> lines = [];
        foreach (var pair in mistakes.Chunk(2))
        {
            // Mistakes stand in the order of the file; each is where the text first differs, which may be a line more.
            var at = text.IndexOf(pair[0], StringComparison.Ordinal);
            at.ShouldBeGreaterThanOrEqualTo(0, pair[0]);
            var same = pair[0].Zip(pair[1]).TakeWhile(both => both.First == both.Second).Count();
            lines.Add(string.Concat(text.AsSpan(0, at), pair[1].AsSpan(0, Math.Min(same + 1, pair[1].Length))).Count(c => c == '\n') + 1);
            text = string.Concat(text.AsSpan(0, at), pair[1], text.AsSpan(at + pair[0].Length));
        }

        await File.WriteAllTextAsync(path, text);

        var check = await RunAsync("node", "check");

        check.Exit.ShouldBe(2);
        var diagnostics = check.Json.GetProperty("diagnostics").EnumerateArray().ToArray();
        var found = diagnostics.Select(diagnostic => diagnostic.GetProperty("line").GetInt32()).ToArray();
        found.Distinct().Order().ShouldBe(lines.Order(), check.Prose);
        diagnostics.ShouldAllBe(diagnostic => diagnostic.GetProperty("file").GetString()!.EndsWith(Path.GetFileName(file)));
        foreach (var diagnostic in diagnostics)
        {
            check.Prose.ShouldContain($"{Path.GetFileName(file)}:{diagnostic.GetProperty("line").GetInt32()}:");
        }
    }

    private Task<CommandRun> RunAsync(params string[] command) => CommandRun.OfAsync([.. command, "--config", _folder.File("node.yaml"), "--json"]);

    private Task<CommandRun> ExplainAsync(string consumer, string purpose) => RunAsync(
        "policy", "explain", "--consumer", consumer, "--provider", DemoMembers.Marketplace.Value, "--dataset", "purchases.v1", "--purpose", purpose);
}
