using Exchange.Client;
using Exchange.Format.V1;
using Exchange.Node.Snapshots;
using Exchange.Node.Tests.Worlds;

namespace Exchange.Node.Tests.Snapshots;

/// <summary>A node that looks after its files by itself.</summary>
public sealed class ReloadPollTests : IAsyncLifetime
{
    private readonly SomeWorld _world = new();

    public async Task InitializeAsync()
    {
        await _world.InitializeAsync();
        await File.AppendAllTextAsync(_world.World.NodeConfiguration, "\nreload: {interval: 100ms}\n");
        await _world.RestartAsync();
    }

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_file_that_changed_is_noticed_and_one_that_is_broken_is_said_once()
    {
        var first = _world.Current();
        Replace("items: keep", "itmes: keep");

        await ReloadingWorld.UntilAsync(() => _world.Node.Log.Errors.Count >= 2, "the mistake is said");
        using (var http = new HttpClient { BaseAddress = new Uri($"http://{_world.Node.Address.Operations}") })
        {
            (await http.GetStringAsync(new Uri("/readyz", UriKind.Relative))).ShouldEndWith("policy: ok\nready\n");
        }

        (await _world.Tax.FetchAsync(SomeWorld.Ask())).Records.ShouldNotBeEmpty();

        // A purpose beside the mistake: other content, so it is said again. Nothing in between was said twice.
        Replace("purposes:\n", "purposes:\n  - id: another\n    title: Another\n");
        await ReloadingWorld.UntilAsync(() => _world.Node.Log.Errors.Count >= 4, "the mistake is said of the other content");
        _world.Current().ShouldBeSameAs(first);

        Replace("itmes: keep", "items: drop");
        await ReloadingWorld.UntilAsync(() => _world.EntriesOf(EntryKind.PolicyChanged).Count > 0, "the sound file is in force");
        _world.EntriesOf(EntryKind.PolicyChanged).ShouldHaveSingleItem().RulesNarrowed.ShouldBe(1u);
        _world.Node.Log.TakeErrors().Count(line => line.Contains("itmes", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task What_is_taken_back_and_cannot_be_recorded_stops_everything_until_it_can()
    {
        var blocked = BlockTheArchive();
        Replace("items: keep", "items: drop");
        await ReloadingWorld.UntilAsync(() => _world.Node.Log.Errors.Count > 0, "the node says that it could not record the change");

        (await Should.ThrowAsync<ExchangeRefusedException>(() => _world.Tax.FetchAsync(SomeWorld.Ask()))).Reason.ShouldBe("POLICY_CHANGED");
        using (var http = new HttpClient { BaseAddress = new Uri($"http://{_world.Node.Address.Operations}") })
        {
            using var ready = await http.GetAsync(new Uri("/readyz", UriKind.Relative));
            ready.StatusCode.ShouldBe(System.Net.HttpStatusCode.ServiceUnavailable);
            (await ready.Content.ReadAsStringAsync()).ShouldContain("policy: a change of policy or members could not be recorded");
        }

        _world.EntriesOf(EntryKind.PolicyChanged).ShouldBeEmpty();
        File.Delete(blocked);

        await ReloadingWorld.UntilAsync(() => _world.EntriesOf(EntryKind.PolicyChanged).Count > 0, "the change is recorded");
        (await _world.Tax.FetchAsync(SomeWorld.Ask())).Records.ShouldNotBeEmpty();
        _world.Node.Log.TakeErrors().ShouldAllBe(line => line.Contains("could not be recorded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_widens_and_cannot_be_recorded_is_not_in_force_and_all_else_goes_on()
    {
        var (blocked, first) = (BlockTheArchive(), _world.Current());
        Replace("      buyer: drop\n", "      buyer.last_name: keep\n");
        await ReloadingWorld.UntilAsync(() => _world.Node.Log.Errors.Count > 0, "the node says that it could not record the change");

        (await _world.Tax.FetchAsync(SomeWorld.Ask())).Records.ShouldNotBeEmpty();

        _world.Current().ShouldBeSameAs(first);
        File.Delete(blocked);
        await ReloadingWorld.UntilAsync(() => _world.EntriesOf(EntryKind.PolicyChanged).Count > 0, "the change is in force");
        _world.EntriesOf(EntryKind.PolicyChanged).ShouldHaveSingleItem().RulesWidened.ShouldBe(1u);
        _world.Node.Log.TakeErrors();
    }

    /// <summary>A file where the archive's folder should be: nothing can be kept there, whoever runs the test.</summary>
    private string BlockTheArchive()
    {
        var folder = NodeFiles.Snapshots(_world.World.DataFolder);
        Directory.Delete(folder, recursive: true);
        File.WriteAllText(folder, "in the way");
        return folder;
    }

    private void Replace(string from, string to) => ReloadingWorld.Replace(_world.World.PolicyFile, policy => policy.Replace(from, to, StringComparison.Ordinal));
}
