using System.CommandLine;
using Exchange.Vocabulary;

namespace Exchange.Cli.Certs;

/// <summary><c>exchange certs issue</c>.</summary>
internal sealed class CertsIssue : Verb
{
    private readonly Option<string> _out = new("--out") { Description = "The member's folder; it is made if missing.", Required = true };
    private readonly Option<MemberId> _id = NamedOption.Member("--id", "The member: spiffe://<instance>/<gov|market|audit|ops>/<code>[/<system>].");
    private readonly Option<bool> _encryption = new("--encryption") { Description = "Make a key that opens envelopes as well: for members that receive data." };
    private readonly Option<string?> _authority = new("--authority") { Description = "The folder that 'certs init' made; by default the parent of --out." };
    private readonly Option<Uri> _node = new("--node")
    {
        Description = "The node's address, for client.yaml.",
        DefaultValueFactory = _ => new Uri("https://127.0.0.1:8443"),
        CustomParser = result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var node) && node.Scheme == Uri.UriSchemeHttps
            ? node
            : Misread(result, $"'{result.Tokens[0].Value}' is not an address such as https://127.0.0.1:8443."),
    };

    private readonly Option<bool> _force = new("--force") { Description = "Overwrite keys that are there." };

    internal CertsIssue()
        : base(
            "issue",
            "Issues a certificate to a member and writes client.yaml for it.",
            "exchange certs issue --out certs/tax-service --id spiffe://exchange.test/gov/tax-service --encryption",
            "exchange certs issue --out certs/marketplace --id spiffe://exchange.test/market/sample")
    {
        Add(_out);
        Add(_id);
        Add(_encryption);
        Add(_authority);
        Add(_node);
        Add(_force);
    }

    protected override Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var folder = Path.GetFullPath(arguments.GetValue(_out)!);
        var authorityFolder = Path.GetFullPath(arguments.GetValue(_authority) ?? Path.Combine(folder, ".."));
        var id = arguments.GetValue(_id);
        using var authority = DevelopmentAuthority.Load(authorityFolder, TimeProvider.System);
        var options = new MemberFolderOptions
        {
            Id = id,
            Encryption = arguments.GetValue(_encryption),
            Node = arguments.GetValue(_node)!,
            AuthorityFolder = Path.GetRelativePath(folder, authorityFolder).Replace(Path.DirectorySeparatorChar, '/'),
        };
        WrittenFiles.Report(output, MemberFolder.Write(authority, folder, options, arguments.GetValue(_force)));
        output.Say($"Next, name {id} in the node's members.yaml.");
        return Task.FromResult(ExitCode.Done);
    }

    private static Uri? Misread(System.CommandLine.Parsing.ArgumentResult result, string message)
    {
        result.AddError(message);
        return null;
    }
}
