using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Format.V1;
using Exchange.Node.Tests.Worlds;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Consents;

/// <summary>A consent store that cannot be written for a while; each test has a world of its own.</summary>
public sealed class StoreFaultTests : IAsyncLifetime
{
    private const string Fault = "CREATE TRIGGER fault BEFORE INSERT ON consent_event BEGIN SELECT RAISE(FAIL, 'no'); END";

    private readonly SomeWorld _world = new();

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_withdrawal_that_was_logged_but_could_not_be_stored_outlives_an_orderly_restart()
    {
        Execute(Fault);
        var withdrawn = await _world.Portal.WithdrawConsentAsync(_world.Consents[SomeWorld.Citizen].Id);
        _world.EntryOf(withdrawn.Receipt).Kind.ShouldBe(EntryKind.ConsentWithdrawn);
        await IsRefusedAsync();
        _world.Node.Log.TakeErrors().Count.ShouldBe(1);
        Execute("DROP TRIGGER fault");

        await _world.RestartAsync();

        await IsRefusedAsync();
    }

    [Fact]
    public async Task A_grant_that_could_not_be_stored_is_refused_with_a_receipt_and_is_not_in_force()
    {
        Execute(Fault);
        var thrown = await Should.ThrowAsync<ExchangeRefusedException>(() => _world.Portal.GiveConsentAsync(SomeWorld.Consent(SomeWorld.WithoutConsent)));
        thrown.Reason.ShouldBe("STORE_UNAVAILABLE");
        _world.EntryOf(thrown.Receipt!).Kind.ShouldBe(EntryKind.Refused);
        _world.Node.Log.TakeErrors().Count.ShouldBe(1);
        Execute("DROP TRIGGER fault");

        (await Should.ThrowAsync<ExchangeRefusedException>(() => _world.Tax.FetchAsync(SomeWorld.Ask(SomeWorld.WithoutConsent)))).Reason.ShouldBe("SUBJECT_NOT_AVAILABLE");
        await _world.Portal.GiveConsentAsync(SomeWorld.Consent(SomeWorld.WithoutConsent));
        (await _world.Tax.FetchAsync(SomeWorld.Ask(SomeWorld.WithoutConsent))).Records.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Nothing_that_a_new_revision_takes_back_is_released_behind_its_entry()
    {
        var size = _world.Log.Size;
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={NodeFiles.Consents(_world.World.DataFolder)};Pooling=False");
        connection.Open();

        // While this transaction is open the store waits, after the grant was logged.
        var held = connection.BeginTransaction(deferred: false);
        var giving = _world.Portal.GiveConsentAsync(SomeWorld.Consent(SomeWorld.Citizen, "order_number"));
        while (_world.Log.Size == size)
        {
            await Task.Yield();
        }

        var during = await _world.Tax.FetchAsync(SomeWorld.Ask());
        held.Dispose();
        var given = await giving;
        var after = await _world.Tax.FetchAsync(SomeWorld.Ask());

        during.Receipt.Index.ShouldBeGreaterThan(given.Receipt.Index);
        _world.EntryOf(during.Receipt).FieldsReleased.ShouldBe(_world.EntryOf(after.Receipt).FieldsReleased);
    }

    private void Execute(string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={NodeFiles.Consents(_world.World.DataFolder)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this class's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private async Task IsRefusedAsync() =>
        (await Should.ThrowAsync<ExchangeRefusedException>(() => _world.Tax.FetchAsync(SomeWorld.Ask()))).Reason.ShouldBe("SUBJECT_NOT_AVAILABLE");
}
