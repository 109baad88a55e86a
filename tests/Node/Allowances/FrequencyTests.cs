using System.Buffers;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Format.V1;
using Exchange.Node.Admission;
using Exchange.Node.Allowances;
using Exchange.Node.Allowances.Sqlite;
using Exchange.Node.Tests.Worlds;
using Exchange.Node.Transfers;
using Exchange.Vocabulary;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Allowances;

/// <summary>A rule that permits three fetches about one subject in a calendar year.</summary>
public sealed class FrequencyTests : IAsyncLifetime
{
    private const int Units = 3;

    private readonly SomeWorld _world = new()
    {
        Policy = text => text.Replace("retention: 1095d, ", "retention: 1095d, frequency: {fetches: 3, per: year}, ", StringComparison.Ordinal),
    };

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task More_fetches_than_the_rule_permits_are_refused_until_the_period_ends()
    {
        await SpendAllAsync();

        var refused = await RefusedAsync(SomeWorld.Ask());

        refused.Reason.ShouldBe("FREQUENCY_EXCEEDED");
        refused.Retryable.ShouldBeTrue();
        var now = TimeProvider.System.GetUtcNow();
        (now + refused.RetryAfter!.Value).Year.ShouldBe(now.Year + 1);
        var entry = _world.EntryOf(refused.Receipt!);
        (entry.Kind, entry.Outcome, entry.SubjectPseudonym.Length).ShouldBe((EntryKind.Refused, (uint)ErrorCode.FrequencyExceeded, 48));
        (await _world.Tax.FetchAsync(SomeWorld.Ask("1009"))).Records.ShouldNotBeEmpty("another subject has fetches of its own");
    }

    [Fact]
    public async Task What_was_spent_outlives_a_restart()
    {
        await SpendAllAsync();
        await _world.RestartAsync();

        (await RefusedAsync(SomeWorld.Ask())).Reason.ShouldBe("FREQUENCY_EXCEEDED");
    }

    [Fact]
    public async Task Further_pages_belong_to_the_fetch_of_the_first()
    {
        for (var fetch = 0; fetch < Units; fetch++)
        {
            (await _world.Tax.FetchPagesAsync(SomeWorld.Ask() with { PageSize = 1 }).ToListAsync()).Count.ShouldBeGreaterThan(1);
        }

        (await RefusedAsync(SomeWorld.Ask() with { PageSize = 1 })).Reason.ShouldBe("FREQUENCY_EXCEEDED");
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public async Task A_page_token_that_was_kept_for_ten_minutes_begins_a_new_fetch(int minutes, bool continues)
    {
        using var channel = _world.OpenChannel(DemoMembers.TaxService);
        var transfers = new V1.Transfers.TransfersClient(channel);
        var tokens = _world.Node.Host.Parts.GetRequiredService<PageTokens>();
        var (first, request) = (SomeWorld.RawRequest(), SomeWorld.RawRequest());
        first.PageSize = request.PageSize = 1;
        request.PageToken = (await transfers.FetchAsync(first)).NextPageToken;
        var message = new FetchMessage();
        message.Take(new ReadOnlySequence<byte>(request.ToByteArray()));
        tokens.TryOpen(message, request, DemoMembers.TaxService, out var next).ShouldBeTrue();
        request.PageToken = ByteString.CopyFrom(tokens.Seal(message, request, DemoMembers.TaxService, next with { Begun = next.Begun - TimeSpan.FromMinutes(minutes) }));
        for (var fetch = 1; fetch < Units; fetch++)
        {
            await _world.Tax.FetchAsync(SomeWorld.Ask());
        }

        if (continues)
        {
            (await transfers.FetchAsync(request)).Envelope.ShouldNotBeNull();
        }
        else
        {
            var thrown = await Should.ThrowAsync<RpcException>(async () => await transfers.FetchAsync(request));
            _world.Refusals(DemoMembers.TaxService).Read(thrown).Reason.ShouldBe("FREQUENCY_EXCEEDED");
        }
    }

    [Fact]
    public async Task Of_many_who_ask_at_once_exactly_as_many_are_answered_as_there_are_units()
    {
        var asked = await Task.WhenAll(Enumerable.Range(0, 24).Select(async _ =>
        {
            try
            {
                await _world.Tax.FetchAsync(SomeWorld.Ask());
                return "released";
            }
            catch (ExchangeRefusedException refused)
            {
                return refused.Reason;
            }
        }));

        asked.Count(end => end == "released").ShouldBe(Units);
        asked.Count(end => end == "FREQUENCY_EXCEEDED").ShouldBe(24 - Units);
    }

    [Theory]
    [InlineData(SomeWorld.AnsweredMalformed, "PROVIDER_ANSWER_INVALID")]
    [InlineData(SomeWorld.AnsweredDown, "PROVIDER_UNAVAILABLE")]
    public async Task A_transfer_that_ends_without_a_release_gives_its_unit_back(string customer, string reason)
    {
        for (var attempt = 0; attempt <= Units; attempt++)
        {
            (await RefusedAsync(SomeWorld.Ask(customer))).Reason.ShouldBe(reason);
        }

        await _world.RestartAsync();
        (await RefusedAsync(SomeWorld.Ask(customer))).Reason.ShouldBe(reason, "the store, too, knows of no unit spent");
    }

    [Fact]
    public async Task Nothing_is_released_whose_unit_could_not_be_stored()
    {
        Execute("CREATE TRIGGER fault BEFORE INSERT ON allowance BEGIN SELECT RAISE(FAIL, 'no'); END");
        var refused = await RefusedAsync(SomeWorld.Ask());
        refused.Reason.ShouldBe("STORE_UNAVAILABLE");
        _world.EntryOf(refused.Receipt!).Kind.ShouldBe(EntryKind.Refused);
        _world.Node.Log.TakeErrors().ShouldNotBeEmpty();

        Execute("DROP TRIGGER fault");
        await SpendAllAsync();
    }

    [Fact]
    public async Task A_crash_while_the_provider_is_asked_costs_the_unit_and_never_gives_one()
    {
        // What lies on the disk at that moment is what a crash would leave. The release has no entry yet.
        var size = _world.Log.Size;
        var asking = _world.Tax.FetchAsync(SomeWorld.Ask(SomeWorld.AnsweredLate));
        await _world.LateAsked;
        int[] left;
        do
        {
            left = Spent();
        }
        while (left.Length == 0 && !asking.IsCompleted);

        left.ShouldBe([1]);
        _world.Log.Size.ShouldBe(size);
        await Should.ThrowAsync<ExchangeRefusedException>(() => asking);
    }

    private int[] Spent()
    {
        var copy = Directory.CreateTempSubdirectory().FullName;
        try
        {
            foreach (var file in Directory.GetFiles(_world.World.DataFolder, "allowances.db*").Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)))
            {
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            }

            var store = new SqliteAllowanceStore(NodeFiles.Allowances(copy));
            var used = store.Load(TimeProvider.System.Now()).Select(stored => stored.Used).ToArray();
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            return used;
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    private async Task SpendAllAsync()
    {
        for (var fetch = 0; fetch < Units; fetch++)
        {
            (await _world.Tax.FetchAsync(SomeWorld.Ask())).Records.ShouldNotBeEmpty();
        }
    }

    private Task<ExchangeRefusedException> RefusedAsync(FetchQuery query) => Should.ThrowAsync<ExchangeRefusedException>(() => _world.Tax.FetchAsync(query));

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={NodeFiles.Allowances(_world.World.DataFolder)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this class's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
