namespace Exchange.Architecture.Tests.References;

/// <summary>Who may know whom. What a room does not reference it cannot come to depend on.</summary>
public sealed class ReferenceTests
{
    private const string Protobuf = "package:Google.Protobuf";
    private const string Generator = "package:Grpc.Tools"; // Works at build time only.
    private const string AspNet = "framework:Microsoft.AspNetCore.App";

    /// <summary>The rooms, and what each may reference directly. A new line here is a decision.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Exchange.Vocabulary"] = [],
        ["Exchange.Identity"] = ["Exchange.Vocabulary"],
        ["Exchange.Documents"] = ["package:YamlDotNet"],
        ["Exchange.Formats"] = [Protobuf, Generator],
        ["Exchange.Api"] = ["Exchange.Formats", "Exchange.Grpc.Core", Protobuf, Generator],
        ["Exchange.Grpc.Core"] = [],
        ["Exchange.Grpc.Client"] = ["Exchange.Grpc.Core"],
        ["Exchange.Grpc.Server"] = ["Exchange.Grpc.Core", AspNet],
        ["Exchange.Audit.Proofs"] = ["Exchange.Formats", "Exchange.Vocabulary", "package:Portable.BouncyCastle"],
        ["Exchange.Envelope"] = ["Exchange.Audit.Proofs", "Exchange.Formats", "Exchange.Vocabulary"],
        ["Exchange.Audit"] = ["Exchange.Audit.Proofs", "Exchange.Vocabulary"],
        ["Exchange.Policy"] = ["Exchange.Documents", "Exchange.Formats", "Exchange.Vocabulary", Protobuf],
        ["Exchange.Client"] =
        [
            "Exchange.Api", "Exchange.Audit.Proofs", "Exchange.Documents", "Exchange.Envelope", "Exchange.Formats", "Exchange.Identity", "Exchange.Vocabulary",
            "Exchange.Grpc.Core", "Exchange.Grpc.Client",
        ],
        ["Exchange.Verifier"] = ["Exchange.Audit.Proofs", "Exchange.Envelope", "Exchange.Vocabulary", "package:System.CommandLine"],
        ["Exchange.Node"] =
        [
            "Exchange.Api", "Exchange.Audit", "Exchange.Audit.Proofs", "Exchange.Documents", "Exchange.Envelope", "Exchange.Formats", "Exchange.Policy",
            "Exchange.Identity", "Exchange.Vocabulary", "Exchange.Grpc.Core", "Exchange.Grpc.Client", "Exchange.Grpc.Server", AspNet,
            "package:Microsoft.Data.Sqlite", "package:SQLitePCLRaw.bundle_e_sqlite3",
            "package:Serilog", "package:Serilog.Extensions.Logging", "package:Serilog.Sinks.Console", "package:Serilog.Sinks.File", "package:Serilog.Sinks.Async",
        ],
        ["Exchange.Cli"] =
        [
            "Exchange.Client", "Exchange.Node", "Exchange.Verifier", "Exchange.Samples.Marketplace", AspNet,
            "package:System.CommandLine", "package:Spectre.Console",
        ],
    };

    private static readonly Dictionary<string, Project> Rooms = Project.Under("src").ToDictionary(project => project.Name, StringComparer.Ordinal);

    [Fact]
    public void Every_room_stands_in_the_table_and_every_line_of_the_table_is_a_room() =>
        Rooms.Keys.Order(StringComparer.Ordinal).ShouldBe(Allowed.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void No_room_references_more_than_the_table_allows() =>
        Rooms.Values
            .SelectMany(room => room.References.Except(Allowed.GetValueOrDefault(room.Name, [])).Select(reference => $"{room.Name} references {reference}"))
            .ShouldBeEmpty();

    [Theory]
    [InlineData("Exchange.Policy", "Exchange.Audit", "Exchange.Audit.Proofs", "Exchange.Grpc.Core", "Exchange.Api", AspNet)]
    [InlineData("Exchange.Audit", "Exchange.Policy", "Exchange.Grpc.Core", "Exchange.Api", AspNet)]
    [InlineData("Exchange.Client", "Exchange.Node", "Exchange.Grpc.Server", "Exchange.Policy", "Exchange.Audit", AspNet)]
    public void A_room_does_not_reach_these_by_any_way(string room, params string[] unreachable) =>
        Reach(room).Intersect(unreachable).ShouldBeEmpty();

    [Fact]
    public void The_verifier_is_made_of_proofs_envelopes_and_vocabulary_alone() =>
        Reach("Exchange.Verifier").Where(reference => Rooms.ContainsKey(reference)).Order(StringComparer.Ordinal)
            .ShouldBe(["Exchange.Audit.Proofs", "Exchange.Envelope", "Exchange.Formats", "Exchange.Vocabulary"]);

    private static HashSet<string> Reach(string room)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([room]);
        while (open.TryDequeue(out var next))
        {
            foreach (var reference in Rooms[next].References.Where(reached.Add).Where(Rooms.ContainsKey))
            {
                open.Enqueue(reference);
            }
        }

        return reached;
    }
}
