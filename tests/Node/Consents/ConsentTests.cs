using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Format.V1;
using Exchange.Node.Consents;
using Exchange.Node.Keys;
using Exchange.Node.Subjects;
using Exchange.Node.Tests.Worlds;
using Exchange.Vocabulary;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Consents;

/// <summary>These change consents and restart the node, so each has a world of its own.</summary>
public sealed class ConsentTests : IAsyncLifetime
{
    private readonly SomeWorld _world = new();

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_withdrawal_stops_release_at_once_and_after_a_restart()
    {
        var given = _world.Consents[SomeWorld.Citizen];
        (await _world.Tax.FetchAsync(SomeWorld.Ask())).Records.ShouldNotBeEmpty();

        var withdrawn = await _world.Portal.WithdrawConsentAsync(given.Id);

        withdrawn.Revision.ShouldBe(given.Revision + 1);
        _world.EntryOf(withdrawn.Receipt).Kind.ShouldBe(EntryKind.ConsentWithdrawn);
        await IsRefusedAsync();
        await _world.RestartAsync();
        await IsRefusedAsync();
    }

    [Fact]
    public async Task A_grant_survives_a_restart_and_a_new_one_follows_a_withdrawal()
    {
        await _world.RestartAsync();
        (await _world.Tax.FetchAsync(SomeWorld.Ask())).Records.ShouldNotBeEmpty();

        await _world.Portal.WithdrawConsentAsync(_world.Consents[SomeWorld.Citizen].Id);
        var again = await _world.Portal.GiveConsentAsync(SomeWorld.Consent(SomeWorld.Citizen, "order_number"));

        again.Id.ShouldBe(_world.Consents[SomeWorld.Citizen].Id);
        again.Revision.ShouldBe(3UL);
        var page = await _world.Tax.FetchAsync(SomeWorld.Ask());
        page.Terms.Withheld.ShouldContain(field => field.Path == "total.minor_units" && field.Reason == WithheldReason.NotInConsent);
    }

    [Fact]
    public async Task A_withdrawal_that_was_logged_but_not_stored_is_replayed_at_the_next_start()
    {
        // What a crash between log and store leaves behind: the entry, and a store that does not know of it.
        var store = _world.Node.Host.Parts.GetRequiredService<IConsentStore>();
        var before = store.Load();
        await _world.Portal.WithdrawConsentAsync(_world.Consents[SomeWorld.Citizen].Id);
        await _world.Tax.DisposeAsync();
        await _world.Portal.DisposeAsync();
        await _world.World.StopNodeAsync();
        Forget(NodeFiles.Consents(_world.World.DataFolder), before.Consents.Single(consent => consent.Id == _world.Consents[SomeWorld.Citizen].Id));

        await _world.StartAsync();

        await IsRefusedAsync();
    }

    [Fact]
    public async Task A_request_id_is_remembered_across_a_restart()
    {
        var request = SomeWorld.RawRequest();
        using (var channel = _world.OpenChannel(DemoMembers.TaxService))
        {
            await new V1.Transfers.TransfersClient(channel).FetchAsync(request);
        }

        await _world.RestartAsync();

        using var again = _world.OpenChannel(DemoMembers.TaxService);
        var thrown = await Should.ThrowAsync<Grpc.Core.RpcException>(async () => await new V1.Transfers.TransfersClient(again).FetchAsync(request));
        _world.Refusals(DemoMembers.TaxService).Read(thrown).Reason.ShouldBe("REQUEST_DUPLICATE");
    }

    [Fact]
    public async Task Names_that_belong_to_two_people_are_refused()
    {
        var mixed = SomeWorld.Consent("1010") with
        {
            Subject = new Dictionary<SubjectScheme, string> { [DemoMembers.Inn] = Inn.OfCustomer("1010"), [DemoMembers.Customer] = "1011" },
        };

        (await Should.ThrowAsync<ExchangeRefusedException>(() => _world.Portal.GiveConsentAsync(mixed))).Reason.ShouldBe("REQUEST_MALFORMED");
    }

    [Fact]
    public async Task A_consent_that_is_unknown_cannot_be_withdrawn() =>
        (await Should.ThrowAsync<ExchangeRefusedException>(() => _world.Portal.WithdrawConsentAsync(ConsentId.New()))).Reason.ShouldBe("CONSENT_UNKNOWN");

    [Fact]
    public async Task A_consent_ends_when_it_says_so()
    {
        var soon = TimeProvider.System.Now() + TimeSpan.FromMilliseconds(300);
        await _world.Portal.GiveConsentAsync(SomeWorld.Consent(SomeWorld.Citizen) with { Expire = soon });

        while (TimeProvider.System.Now() <= soon)
        {
            await Task.Yield();
        }

        await IsRefusedAsync();
    }

    [Fact]
    public async Task No_release_stands_behind_a_withdrawal_of_its_consent()
    {
        var consent = _world.Consents[SomeWorld.Citizen];
        using var stop = new CancellationTokenSource();
        var fetching = Enumerable.Range(0, 8).Select(_ => FetchUntilAsync(stop.Token)).ToArray();
        for (var round = 0; round < 15; round++)
        {
            consent = await _world.Portal.WithdrawConsentAsync(consent.Id);
            consent = await _world.Portal.GiveConsentAsync(SomeWorld.Consent(SomeWorld.Citizen));
            await _world.Tax.FetchAsync(SomeWorld.Ask()); // At least this one is released between the two.
        }

        await stop.CancelAsync();
        await Task.WhenAll(fetching);

        var index = _world.Node.Host.Parts.GetRequiredService<ConsentIndex>();
        var vault = _world.Node.Host.Parts.GetRequiredService<SubjectVault>();
        var record = index.Find(consent.Id)!.Current.Record;
        var key = vault.Open(record.Key);
        var stands = true;
        var releases = 0;
        foreach (var entry in _world.Log.ReadBackwards().Reverse().Select(stored => AuditEntry.Parser.ParseFrom(stored.Bytes.Span)))
        {
            if (!TransferId.TryRead(entry.TransferId.Span, out var id) || !entry.ConsentTag.Span.SequenceEqual(Tag(key, id)))
            {
                continue;
            }

            stands = entry.Kind switch { EntryKind.ConsentGiven => true, EntryKind.ConsentWithdrawn => false, _ => stands };
            if (entry.Kind == EntryKind.Released)
            {
                releases++;
                stands.ShouldBeTrue($"entry {entry.Index} releases after a withdrawal");
            }
        }

        releases.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Two_consents_of_one_person_wait_for_each_other_whatever_they_name_it()
    {
        var vault = _world.Node.Host.Parts.GetRequiredService<SubjectVault>();
        SubjectName.TryCreate(DemoMembers.Marketplace, DemoMembers.Customer, DemoMembers.Inn, Inn.OfCustomer(SomeWorld.Citizen), out var inn).ShouldBeTrue();
        var byNumber = SomeWorld.Consent(SomeWorld.Citizen) with { Subject = new Dictionary<SubjectScheme, string> { [DemoMembers.Customer] = SomeWorld.Citizen } };
        Task<ConsentConfirmation> giving;

        using (await _world.Node.Host.Parts.GetRequiredService<ConsentLocks>().HoldAsync([vault.IndexOf(inn)]))
        {
            giving = _world.Portal.GiveConsentAsync(byNumber);

            // Two fetches are time enough for a consent that nothing holds up.
            await _world.Tax.FetchAsync(SomeWorld.Ask("1010"));
            await _world.Tax.FetchAsync(SomeWorld.Ask("1010"));
            giving.IsCompleted.ShouldBeFalse();
        }

        (await giving).Revision.ShouldBe(2UL);
    }

    [Fact]
    public async Task A_node_does_not_start_with_a_master_key_that_its_consents_were_not_stored_under()
    {
        await _world.Tax.DisposeAsync();
        await _world.Portal.DisposeAsync();
        await _world.World.StopNodeAsync();
        var file = Directory.EnumerateFiles(_world.World.Folder, "master.key", SearchOption.AllDirectories).Single();
        var right = File.ReadAllText(file);
        File.WriteAllText(file, Convert.ToBase64String(new byte[MasterKey.Size]));

        (await Should.ThrowAsync<NodeStartException>(_world.StartAsync)).Message.ShouldContain("another master key");

        File.WriteAllText(file, right);
        await _world.StartAsync();
        (await _world.Tax.FetchAsync(SomeWorld.Ask())).Records.ShouldNotBeEmpty();
    }

    private static byte[] Tag(byte[] key, TransferId id)
    {
        var tag = new byte[EntryTags.Size];
        EntryTags.ConsentTag(key, DemoMembers.Origin, id, tag);
        return tag;
    }

    private static void Forget(string file, ConsentRecord old)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            DELETE FROM consent_event WHERE consent_id = $id AND kind = 4;
            UPDATE consent SET status = 1, revision = $revision WHERE id = $id;
            UPDATE reconciliation SET log_size = 0;
            """;
        command.Parameters.AddWithValue("$id", old.Id.ToArray());
        command.Parameters.AddWithValue("$revision", old.Revision);
        command.ExecuteNonQuery().ShouldBe(3);
    }

    private async Task FetchUntilAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await _world.Tax.FetchAsync(SomeWorld.Ask(), CancellationToken.None);
            }
            catch (ExchangeRefusedException refused) when (refused.Reason is "SUBJECT_NOT_AVAILABLE" or "POLICY_CHANGED")
            {
                // As it should be, half of the time.
            }
        }
    }

    private async Task IsRefusedAsync() =>
        (await Should.ThrowAsync<ExchangeRefusedException>(() => _world.Tax.FetchAsync(SomeWorld.Ask()))).Reason.ShouldBe("SUBJECT_NOT_AVAILABLE");
}
