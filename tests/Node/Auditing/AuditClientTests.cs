using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Publication;
using Exchange.Cli;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Format.V1;
using Exchange.Node.Auditing;
using Exchange.Node.Keys;
using Exchange.Node.Tests.Worlds;
using Exchange.V1;
using Exchange.Vocabulary;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Auditing;

/// <summary>An auditor with its keys, a folder, and the node at the other end of a connection.</summary>
public sealed class AuditClientTests : IAsyncLifetime
{
    private AuditedWorld _world = null!;
    private AuditClient _auditor = null!;

    public async Task InitializeAsync()
    {
        _world = await AuditedWorld.StartAsync();
        _auditor = _world.Kept(AuditClient.Connect(_world.OptionsOf(AuditedWorld.Auditor)));
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Entries_are_found_by_member_purpose_kind_and_outcome_page_by_page()
    {
        var (_, first) = await _world.TransferAsync();
        var (_, second) = await _world.TransferAsync("1009");

        var found = await ListAsync(new LogQuery { Consumer = DemoMembers.TaxService, Dataset = DemoMembers.Purchases, Purpose = DemoMembers.TaxDeduction, Kinds = [EntryKind.Released], Outcome = "NONE", PageSize = 1 });

        found.Select(entry => entry.Index).ShouldBe([first.Receipt.Index, second.Receipt.Index]);
        found[0].LeafHash.ShouldBe(new Digest(first.Receipt.LeafHash.Span));
        found[0].Entry.TransferId.ShouldBe(first.Header.TransferId);
        _world.Entries().Count(entry => entry is { Kind: EntryKind.LogRead, ReadAs: "query" }).ShouldBe(2, "each page is a reading");
        (await _auditor.GetEntryAsync(first.TransferId)).Bytes.ToArray().ShouldBe(found[0].Bytes.ToArray());
    }

    [Fact]
    public async Task A_persons_entries_are_found_by_the_name_and_the_reading_is_one_of_them()
    {
        var (_, page) = await _world.TransferAsync();
        await _world.TransferAsync("1009");
        var query = new LogQuery { Scheme = DemoMembers.Inn, Subject = Inn.OfCustomer(SomeWorld.Citizen) };

        var first = await ListAsync(query);
        var again = await ListAsync(query);

        first.Select(entry => entry.Entry.Kind).ShouldBe([EntryKind.ConsentGiven, EntryKind.Released]);
        first[1].Index.ShouldBe(page.Receipt.Index);
        again.Select(entry => entry.Entry.Kind).ShouldBe([EntryKind.ConsentGiven, EntryKind.Released, EntryKind.LogRead]);
        again[2].Entry.Actor.ShouldBe(AuditedWorld.Auditor.Value);
        again[2].Entry.Count.ShouldBe(2UL);
        (await ListAsync(query with { Subject = Inn.OfCustomer("1777") })).ShouldBeEmpty();
        var byOwnNumber = await ListAsync(new LogQuery { Scheme = DemoMembers.Customer, Subject = SomeWorld.Citizen, Provider = DemoMembers.Marketplace });
        byOwnNumber.Select(entry => entry.Index).ShouldBe(first.Select(entry => entry.Index));
    }

    [Fact]
    public async Task What_cannot_be_asked_is_refused_with_what_is_wrong()
    {
        foreach (var (query, reason, field) in new (LogQuery, string, string)[]
        {
            (new LogQuery { Outcome = "RULE_MISING" }, "REQUEST_MALFORMED", "outcome"),
            (new LogQuery { PageSize = 1001 }, "REQUEST_MALFORMED", "page_size"),
            (new LogQuery { Scheme = DemoMembers.Customer, Subject = "1001" }, "REQUEST_MALFORMED", "provider"),
            (new LogQuery { Scheme = DemoMembers.Inn, Subject = " " }, "REQUEST_MALFORMED", "subject.value"),
            (new LogQuery { EndIndex = 1_000_000 }, "ENTRY_UNKNOWN", "end_index"),
            (new LogQuery { From = new Instant(2), Until = new Instant(1) }, "REQUEST_MALFORMED", "period"),
        })
        {
            var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => ListAsync(query));
            refused.Reason.ShouldBe(reason);
            refused.Violations.ShouldHaveSingleItem().Key.ShouldBe(field);
            refused.Receipt.ShouldNotBeNull();
        }

        await using var tax = AuditClient.Connect(_world.OptionsOf(DemoMembers.TaxService));
        (await Should.ThrowAsync<ExchangeRefusedException>(async () => await tax.QueryAsync(new LogQuery()).FirstAsync())).Reason.ShouldBe("ROLE_MISSING");
        (await Should.ThrowAsync<ExchangeRefusedException>(() => tax.GetEntryAsync(0))).Reason.ShouldBe("ROLE_MISSING");
        (await Should.ThrowAsync<ExchangeRefusedException>(() => _auditor.GetEntryAsync(TransferId.New()))).Reason.ShouldBe("ENTRY_UNKNOWN");
    }

    [Fact]
    public async Task A_checkpoint_is_remembered_and_the_next_one_must_continue_it()
    {
        var before = await _auditor.GetCheckpointAsync(signNow: true);
        var remembered = Path.Combine(_world.World.FolderOf(AuditedWorld.Auditor), "state.json.checkpoint");
        var (_, page) = await _world.TransferAsync();

        var proof = await _auditor.ProveAsync(page.Receipt.Index, new Digest(page.Receipt.LeafHash.Span));

        proof.Index.ShouldBe(page.Receipt.Index);
        (await _auditor.GetCheckpointAsync()).Size.ShouldBeGreaterThan(before.Size);
        (await File.ReadAllTextAsync(remembered)).ShouldStartWith(DemoMembers.Origin);
        await Should.ThrowAsync<ExchangeEvidenceException>(() => _auditor.ProveAsync(page.Receipt.Index, TreeHash.Leaf("another entry"u8)));
    }

    [Fact]
    public async Task A_proof_or_an_export_under_a_checkpoint_of_another_history_is_found_out_by_who_remembers()
    {
        var (_, page) = await _world.TransferAsync();
        var shown = await _auditor.GetCheckpointAsync(signNow: true);
        var remembered = Path.Combine(_world.World.FolderOf(AuditedWorld.Auditor), "state.json.checkpoint");
        var export = Path.Combine(_world.World.Folder, "another-history");
        foreach (var size in new[] { shown.Size, shown.Size + 1 })
        {
            // What this client remembers, the same keys have signed; the node has told it to nobody else.
            var other = new Checkpoint(shown.Origin, size, TreeHash.Leaf("another history"u8)).Sign(_world.Node.Host.Parts.GetRequiredService<CheckpointKeys>().Signers);
            await File.WriteAllBytesAsync(remembered, other.ToBytes());
            await using var auditor = AuditClient.Connect(_world.OptionsOf(AuditedWorld.Auditor));

            await Should.ThrowAsync<ExchangeEvidenceException>(() => auditor.ProveAsync(page.Receipt.Index));
            await Should.ThrowAsync<ExchangeEvidenceException>(() => auditor.ExportAsync(new LogExportRange { CheckpointSize = shown.Size }, export));
            File.Exists(Path.Combine(export, PublishedPath.Checkpoint)).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task A_log_that_was_begun_anew_is_found_out_by_who_remembers()
    {
        await _world.TransferAsync();
        await _auditor.GetCheckpointAsync(signNow: true);
        await _world.StopNodeAsync();
        Directory.Delete(_world.World.DataFolder, recursive: true);
        await _world.StartNodeAsync();
        await using var auditor = AuditClient.Connect(_world.OptionsOf(AuditedWorld.Auditor));

        // Shorter than what is remembered: the node cannot even show consistency.
        await Should.ThrowAsync<ExchangeRefusedException>(() => auditor.GetCheckpointAsync());
        for (var i = 0; i < 4; i++)
        {
            await _world.TransferAsync();
        }

        var found = await Should.ThrowAsync<ExchangeEvidenceException>(() => auditor.GetCheckpointAsync(signNow: true));
        found.Message.ShouldContain("rewritten");
    }

    [Fact]
    public async Task An_export_over_the_network_is_the_published_log_and_a_reading_that_is_recorded()
    {
        var (_, page) = await _world.TransferAsync();
        var checkpoint = await _auditor.GetCheckpointAsync(signNow: true);
        var folder = Path.Combine(_world.World.Folder, "export");

        var result = await _auditor.ExportAsync(new LogExportRange(), folder);

        result.CheckpointSize.ShouldBe(checkpoint.Size);
        result.Files.ShouldBe(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count());
        using var http = new HttpClient { BaseAddress = new Uri($"http://{_world.Node.Address.Operations}/log/") };
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(folder, file).Replace('\\', '/');
            (await File.ReadAllBytesAsync(file)).ShouldBe(await http.GetByteArrayAsync(new Uri(path, UriKind.Relative)), path);
        }

        var read = _world.Entries().Last(entry => entry is { Kind: EntryKind.LogRead, ReadAs: "export" });
        (read.Actor, read.ReadFrom, read.ReadTo, read.Count).ShouldBe((AuditedWorld.Auditor.Value, 0UL, checkpoint.Size, checkpoint.Size));
        read.Index.ShouldBeGreaterThan(page.Receipt.Index);
    }

    [Fact]
    public async Task The_command_line_does_as_much_for_who_writes_no_program()
    {
        await _world.TransferAsync();
        var client = Path.Combine(_world.World.FolderOf(AuditedWorld.Auditor), "client.yaml");
        var (note, folder) = (new StringWriter(), Path.Combine(_world.World.Folder, "download"));

        (await ExchangeCommandLine.RunAsync(["audit", "checkpoint", "--client", client, "--sign"], note, TextWriter.Null)).ShouldBe(0);
        (await ExchangeCommandLine.RunAsync(["audit", "download", "--client", client, "--to", folder], TextWriter.Null, TextWriter.Null)).ShouldBe(0);

        (await File.ReadAllTextAsync(Path.Combine(folder, "checkpoint"))).ShouldBe(note.ToString());
    }

    [Fact]
    public async Task An_auditors_export_can_tell_which_entries_are_of_one_consent()
    {
        var (_, page) = await _world.TransferAsync();
        await _auditor.GetCheckpointAsync(signNow: true);
        var folder = Path.Combine(_world.World.Folder, "linked");

        await _auditor.ExportAsync(new LogExportRange { Linkage = true }, folder);

        var linkage = await File.ReadAllBytesAsync(Path.Combine(folder, PublishedPath.Linkage));
        linkage.AsSpan(0, LinkageRecord.Magic.Length).SequenceEqual(LinkageRecord.Magic).ShouldBeTrue();
        var records = linkage.AsMemory(LinkageRecord.Magic.Length).ToArray().Chunk(LinkageRecord.Size).Select(record => LinkageRecord.Read(record)).ToList();
        records.Select(record => record.Index).ShouldBe([page.Receipt.Index - 1, page.Receipt.Index]);
        records[0].ConsentKey.ToArray().ShouldBe(records[1].ConsentKey.ToArray(), "grant and release are of one consent");
    }

    [Fact]
    public async Task An_export_goes_on_behind_the_last_file_that_came_whole()
    {
        await _world.TransferAsync();
        await _auditor.GetCheckpointAsync(signNow: true);
        var (whole, folder) = (Path.Combine(_world.World.Folder, "whole"), Path.Combine(_world.World.Folder, "cut"));
        await _auditor.ExportAsync(new LogExportRange(), whole);
        using var cut = new CancellationTokenSource();
        var files = 0L;
        await Should.ThrowAsync<OperationCanceledException>(() => _auditor.ExportAsync(new LogExportRange(), folder, new Immediately(done =>
        {
            if ((files = done.Files) == 2)
            {
                cut.Cancel();
            }
        }), cut.Token));
        files.ShouldBeGreaterThanOrEqualTo(2);

        var rest = await _auditor.ExportAsync(new LogExportRange(), folder);

        var all = Directory.EnumerateFiles(whole, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(whole, file)).Order().ToList();
        rest.Files.ShouldBe(all.Count - files);
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order().ShouldBe(all);
    }

    [Fact]
    public async Task As_many_exports_as_are_served_at_once_leave_the_next_one_outside()
    {
        await _world.TransferAsync();
        using var channel = _world.ChannelOf(AuditedWorld.Auditor);
        var audit = new V1.Audit.AuditClient(channel);
        var held = new TaskCompletionSource();
        var export = (LogExport)_world.Node.Host.Parts.GetService(typeof(LogExport))!;
        var snapshot = ((Exchange.Node.Snapshots.SnapshotHolder)_world.Node.Host.Parts.GetService(typeof(Exchange.Node.Snapshots.SnapshotHolder))!).Current;
        snapshot.Registry.TryFind(AuditedWorld.Auditor, out var auditor).ShouldBeTrue();

        // A reader that takes its first part and then holds still.
        var slow = export.SendAsync(auditor, new ExportLogRequest(), (_, _) => held.Task, CancellationToken.None);
        using var second = audit.Export(new ExportLogRequest());
        var refused = _world.RefusalsOf(AuditedWorld.Auditor).Read(await Should.ThrowAsync<RpcException>(() => second.ResponseStream.MoveNext(CancellationToken.None)));

        refused.Reason.ShouldBe("EXPORTS_BUSY");
        refused.RetryAfter.ShouldNotBeNull();
        held.SetResult();
        (await slow).ShouldBeNull();
        await _auditor.ExportAsync(new LogExportRange(), Path.Combine(_world.World.Folder, "after"));
    }

    [Fact]
    public async Task Who_reads_no_log_gets_no_export_and_an_operator_no_linkage()
    {
        foreach (var (member, range) in new[] { (DemoMembers.TaxService, new LogExportRange()), (AuditedWorld.Operator, new LogExportRange { Linkage = true }) })
        {
            await using var client = AuditClient.Connect(_world.OptionsOf(member));
            var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => client.ExportAsync(range, Path.Combine(_world.World.Folder, "none")));
            refused.Reason.ShouldBe("ROLE_MISSING");
        }

        var unknown = await Should.ThrowAsync<ExchangeRefusedException>(() => _auditor.ExportAsync(new LogExportRange { EndIndex = 1_000_000 }, Path.Combine(_world.World.Folder, "none")));
        unknown.Reason.ShouldBe("ENTRY_UNKNOWN");
    }

    private async Task<List<LogEntry>> ListAsync(LogQuery query) => await _auditor.QueryAsync(query).ToListAsync();

    /// <summary>Tells on the thread that made the progress, where the framework's own would tell later.</summary>
    private sealed class Immediately(Action<LogExportResult> tell) : IProgress<LogExportResult>
    {
        public void Report(LogExportResult value) => tell(value);
    }
}
