using Exchange.Client;
using Exchange.Datasets.Purchases.V1;
using Exchange.Format.V1;
using Exchange.Node.Snapshots;
using Exchange.Node.Tests.Worlds;
using Exchange.Vocabulary;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Snapshots;

/// <summary>A policy that changes under a running node.</summary>
public sealed class PolicyReloadTests : IAsyncLifetime
{
    private const string Receipt = "      receipt: keep\n";
    private const string NoReceipt = "      receipt: drop\n";

    private readonly SomeWorld _world = new() { Policy = policy => policy.Replace(Receipt, NoReceipt, StringComparison.Ordinal) };

    public async Task InitializeAsync()
    {
        await _world.InitializeAsync();
        await File.AppendAllTextAsync(_world.World.NodeConfiguration, "\nreload: {interval: 0s}\n"); // Each test reloads when it wants to.
        await _world.RestartAsync();
    }

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task What_a_new_policy_permits_is_released_once_the_log_says_what_it_widened()
    {
        (await ReceiptsAsync()).ShouldAllBe(receipt => receipt == null);
        var before = _world.Current().Policy.Digest;

        Replace(NoReceipt, Receipt);
        (await _world.Node.Host.ReloadAsync()).ShouldBe(ReloadOutcome.Changed);

        var page = await _world.Tax.FetchAsync(SomeWorld.Ask());
        page.Records.Select(record => Order.Parser.ParseFrom(record).Receipt).ShouldContain(receipt => receipt != null);
        var change = _world.EntriesOf(EntryKind.PolicyChanged).ShouldHaveSingleItem();
        change.Index.ShouldBeLessThan(page.Receipt.Index);
        change.Actor.ShouldBe(_world.Node.Host.Configuration.Id.Value);
        new Digest(change.PreviousDigest.Span).ShouldBe(before);
        change.PolicyDigest.ShouldBe(page.Header.PolicyDigest);
        _world.Archived("policy", change.PolicyDigest.Span);
        (change.RulesWidened, change.RulesNarrowed).ShouldBe((1u, 0u));
        var rule = _world.ReportOf(change).GetProperty("rules").EnumerateArray().ShouldHaveSingleItem();
        rule.GetProperty("direction").GetString().ShouldBe("widens");
        rule.GetProperty("consumer").GetString().ShouldBe("spiffe://exchange.test/gov/tax-service");
        rule.GetProperty("changes").EnumerateArray().ShouldHaveSingleItem().GetProperty("name").GetString().ShouldBe("receipt");
        _world.EntriesOf(EntryKind.RegistryChanged).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_new_policy_takes_back_while_a_provider_is_being_asked_is_not_released()
    {
        ReloadOutcome? reloaded = null;
        _world.WhileAsked = customer =>
        {
            Replace("      items: keep\n", "      items: drop\n");
            reloaded ??= _world.Node.Host.ReloadAsync().GetAwaiter().GetResult();
        };

        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => _world.Tax.FetchAsync(SomeWorld.Ask()));

        reloaded.ShouldBe(ReloadOutcome.Changed);
        refused.Reason.ShouldBe("POLICY_CHANGED");
        refused.Retryable.ShouldBeTrue();
        var entry = _world.EntryOf(refused.Receipt.ShouldNotBeNull());
        (entry.Kind, entry.Outcome).ShouldBe((EntryKind.Refused, (uint)ErrorCode.PolicyChanged));
        entry.FieldsReleased.ShouldBeEmpty();
        var change = _world.EntriesOf(EntryKind.PolicyChanged).ShouldHaveSingleItem();
        change.Index.ShouldBeLessThan(entry.Index);
        (change.RulesWidened, change.RulesNarrowed).ShouldBe((0u, 1u));
        _world.EntriesOf(EntryKind.Released).ShouldBeEmpty();

        _world.WhileAsked = null;
        var page = await _world.Tax.FetchAsync(SomeWorld.Ask());
        page.Records.Select(record => Order.Parser.ParseFrom(record).Items).ShouldAllBe(items => items.Count == 0);
    }

    [Fact]
    public async Task A_rule_that_goes_over_to_another_basis_while_a_provider_is_being_asked_is_not_released_by_either()
    {
        _world.WhileAsked = _ =>
        {
            ReloadingWorld.Replace(_world.World.PolicyFile, policy => ReplaceFirst(policy, "basis: consent", "basis: legal-obligation\n    reference: Tax Code, article 93"));
            _world.Node.Host.ReloadAsync().GetAwaiter().GetResult().ShouldBe(ReloadOutcome.Changed);
        };

        (await Should.ThrowAsync<ExchangeRefusedException>(() => _world.Tax.FetchAsync(SomeWorld.Ask()))).Reason.ShouldBe("POLICY_CHANGED");

        _world.WhileAsked = null;
        _world.EntriesOf(EntryKind.Released).ShouldBeEmpty();
        var change = _world.ReportOf(_world.EntriesOf(EntryKind.PolicyChanged).ShouldHaveSingleItem());
        change.GetProperty("direction").GetString().ShouldBe("widens");
    }

    [Fact]
    public async Task A_grant_that_was_read_by_a_policy_which_is_gone_is_refused()
    {
        // The change is in force once nothing decided by the old policy gets in; here it is held there, as between two entries.
        var holder = _world.Node.Host.Parts.GetRequiredService<SnapshotHolder>();
        holder.Close();

        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => _world.Portal.GiveConsentAsync(SomeWorld.Consent(SomeWorld.WithoutConsent)));

        refused.Reason.ShouldBe("POLICY_CHANGED");
        holder.Reopen();
        (await Should.ThrowAsync<ExchangeRefusedException>(() => _world.Tax.FetchAsync(SomeWorld.Ask(SomeWorld.WithoutConsent)))).Reason.ShouldBe("SUBJECT_NOT_AVAILABLE");
        await _world.Portal.WithdrawConsentAsync(_world.Consents[SomeWorld.Withdrawing].Id);
    }

    [Fact]
    public async Task A_policy_with_mistakes_leaves_the_last_good_one_in_force()
    {
        var (snapshot, size) = (_world.Current(), _world.Log.Size);
        Replace("items: keep", "itmes: keep");

        (await _world.Node.Host.ReloadAsync()).ShouldBe(ReloadOutcome.Refused);

        _world.Current().ShouldBeSameAs(snapshot);
        _world.Log.Size.ShouldBe(size);
        var said = _world.Node.Log.TakeErrors();
        said.Count.ShouldBe(2);
        said[0].ShouldContain("what was in force stays in force. Mistakes: 1");
        said[1].ShouldContain("purchases.yaml:");
        said[1].ShouldContain("did you mean 'items'?");
        (await _world.Tax.FetchAsync(SomeWorld.Ask())).Header.PolicyDigest.Span.SequenceEqual(Bytes(snapshot.Policy.Digest)).ShouldBeTrue();
    }

    [Fact]
    public async Task Files_that_say_the_same_change_nothing()
    {
        var (snapshot, size) = (_world.Current(), _world.Log.Size);

        (await _world.Node.Host.ReloadAsync()).ShouldBe(ReloadOutcome.Unchanged);

        _world.Current().ShouldBeSameAs(snapshot);
        _world.Log.Size.ShouldBe(size);
        _world.Node.Log.Lines.ShouldContain(line => line.Contains("nothing changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Other_descriptors_of_a_dataset_are_a_change_of_policy_and_are_kept()
    {
        var folder = Path.Combine(_world.World.Folder, "datasets");
        File.Delete(Path.Combine(folder, "demand.v1.binpb"));

        (await _world.Node.Host.ReloadAsync()).ShouldBe(ReloadOutcome.Changed);

        var entry = _world.EntriesOf(EntryKind.PolicyChanged).ShouldHaveSingleItem();
        entry.PreviousDigest.ShouldBe(entry.PolicyDigest);
        (entry.RulesWidened, entry.RulesNarrowed).ShouldBe((0u, 0u));
        var dataset = _world.ReportOf(entry).GetProperty("datasets").EnumerateArray().ShouldHaveSingleItem();
        dataset.GetProperty("dataset").GetString().ShouldBe("demand.v1");
        Digest.TryParse(dataset.GetProperty("before").GetString(), out var digest).ShouldBeTrue();
        _world.Archived("dataset", Bytes(digest)).ShouldNotBeEmpty();
    }

    private static string ReplaceFirst(string text, string from, string to)
    {
        var at = text.IndexOf(from, StringComparison.Ordinal);
        return text[..at] + to + text[(at + from.Length)..];
    }

    private static byte[] Bytes(Digest digest)
    {
        var bytes = new byte[Digest.Size];
        digest.CopyTo(bytes);
        return bytes;
    }

    private void Replace(string from, string to) => ReloadingWorld.Replace(_world.World.PolicyFile, policy => policy.Replace(from, to, StringComparison.Ordinal));

    private async Task<IEnumerable<FiscalReceipt?>> ReceiptsAsync() =>
        (await _world.Tax.FetchAsync(SomeWorld.Ask())).Records.Select(record => Order.Parser.ParseFrom(record).Receipt);
}
