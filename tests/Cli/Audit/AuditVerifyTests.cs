using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Exchange.Cli.Tests.Audit;

/// <summary>What the exporter writes, the verifier accepts: from the folder, from whoever serves it, and beside the log.</summary>
public sealed class AuditVerifyTests
{
    [Fact]
    public async Task An_export_and_the_data_folder_that_it_was_made_of_verify_to_the_same()
    {
        using var log = await SomeLog.Of(1000);
        await Export(log);

        var export = await Verify(log, log.File("export"));
        var data = await Verify(log, log.Data);

        export.Exit.ShouldBe(0, export.Prose);
        data.Exit.ShouldBe(0, data.Prose);
        (export.Json.GetProperty("size").GetInt32(), export.Json.GetProperty("checkpoints_found").GetInt32()).ShouldBe((1000, 1));
        export.Json.GetProperty("checkpoint_signatures").GetString().ShouldBe("checked");
        foreach (var fact in new[] { "origin", "size", "groups", "tree_root", "last_time", "checkpoints_found" })
        {
            export.Json.GetProperty(fact).ToString().ShouldBe(data.Json.GetProperty(fact).ToString(), fact);
        }
    }

    [Fact]
    public async Task An_export_of_a_range_verifies_as_that_range_and_not_as_the_whole()
    {
        using var log = await SomeLog.Of(1000);
        await Export(log, "--from", "300", "--until", "500");

        (await Verify(log, log.File("export"), "--from", "300", "--to", "500")).Json.GetProperty("first_index").GetInt32().ShouldBe(256);
        var whole = await Verify(log, log.File("export"));

        (whole.Exit, whole.Json.GetProperty("problem").GetString()).ShouldBe((1, "Missing"));
    }

    [Fact]
    public async Task A_published_log_verifies_from_its_address()
    {
        using var log = await SomeLog.Of(600);
        await Export(log);
        await using var server = await Serve(log.File("export"));
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        var run = await Verify(log, address + "/log/");

        run.Exit.ShouldBe(0, run.Prose);
        run.Json.GetProperty("size").GetInt32().ShouldBe(600);
        (await Verify(log, address + "/elsewhere/")).Exit.ShouldBe(1);
    }

    [Fact]
    public async Task A_policy_that_entries_name_and_that_is_not_there_is_missed()
    {
        using var log = await SomeLog.Of(10);
        await Export(log);

        var run = await CommandRun.OfAsync("audit", "verify", log.File("export"), "--key", log.ReceiptKeyFile, "--json");

        (run.Exit, run.Json.GetProperty("problem").GetString(), run.Json.GetProperty("entry").GetInt32()).ShouldBe((1, "Snapshot", 0));
    }

    private static async Task Export(SomeLog log, params string[] range)
    {
        var run = await CommandRun.OfAsync(["audit", "export", log.Data, "--to", log.File("export"), .. range]);
        run.Exit.ShouldBe(0, run.Prose);
    }

    private static Task<CommandRun> Verify(SomeLog log, string place, params string[] more) => CommandRun.OfAsync(
        ["audit", "verify", place, "--key", log.ReceiptKeyFile, "--checkpoint-key", log.CheckpointKey.ToString(), "--no-snapshots", "--json", .. more]);

    private static async Task<WebApplication> Serve(string folder)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.MapGet("/log/{**path}", (string path) => File.Exists(Path.Combine(folder, path)) ? Results.File(Path.Combine(folder, path)) : Results.NotFound());
        await server.StartAsync();
        return server;
    }
}
