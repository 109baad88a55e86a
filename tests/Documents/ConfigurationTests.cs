namespace Exchange.Documents.Tests;

public sealed class ConfigurationTests
{
    [Fact]
    public void Five_mistakes_are_five_diagnostics_each_with_its_place_and_the_nearest_name()
    {
        const string Configuration = """
            origin: exchange.test/node-1
            lisen: 127.0.0.1:8443
            limits:
              deadline: 10 seconds
              streams: 0
            durable: yes
            log:
              levl: debug
            """;

        Reading.Said(Configuration, root => ReadConfiguration(root)).ShouldBe(
        [
            "node.yaml:2:1: unknown key 'lisen'; did you mean 'listen'?",
            "node.yaml:4:13: expected a duration from 100ms to 5m, a whole number with ms, s, m, h or d, found '10 seconds'",
            "node.yaml:5:12: expected a whole number from 1 to 1000, found '0'",
            "node.yaml:6:10: expected true or false, found 'yes'",
            "node.yaml:8:3: unknown key 'levl'; did you mean 'level'?",
        ]);
    }

    [Fact]
    public void A_sound_configuration_is_read_with_its_defaults()
    {
        var configuration = string.Empty;

        Reading.Said("listen: 127.0.0.1:8443\nlimits: {streams: 7}", root => configuration = ReadConfiguration(root)).ShouldBeEmpty();

        configuration.ShouldBe("127.0.0.1:8443 00:00:10 7 True info");
    }

    [Fact]
    public void A_missing_key_is_reported_where_the_mapping_begins()
    {
        Reading.Said("limits:\n  streams: 7", root => ReadConfiguration(root)).ShouldBe(["node.yaml:1:1: the key 'listen' is missing"]);
    }

    [Fact]
    public void A_misspelt_required_key_is_one_mistake_beside_a_missing_one()
    {
        Reading.Said("nam: a", root =>
        {
            root.Required("name").Text();
            root.Required("place").Text();
        }).ShouldBe(["node.yaml:1:1: unknown key 'nam'; did you mean 'name'?", "node.yaml:1:1: the key 'place' is missing"], ignoreOrder: true);
    }

    [Fact]
    public void Two_misspellings_of_one_key_are_both_told()
    {
        Reading.Said("nam: a\nnmae: b", root => root.Required("name").Text()).ShouldBe(
            ["node.yaml:1:1: unknown key 'nam'; did you mean 'name'?", "node.yaml:2:1: unknown key 'nmae'; did you mean 'name'?"]);
    }

    private static string ReadConfiguration(DocumentMapping root)
    {
        root.Optional("origin").Text();
        var listen = root.Required("listen").Text("an address");
        using var limits = root.Optional("limits").Mapping();
        var deadline = limits.Optional("deadline").Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)) ?? TimeSpan.FromSeconds(10);
        var streams = limits.Optional("streams").Number(1, 1000) ?? 100;
        var durable = root.Optional("durable").Flag() ?? true;
        using var log = root.Optional("log").Mapping();
        var level = log.Optional("level").Text() ?? "info";
        return $"{listen} {deadline} {streams} {durable} {level}";
    }
}
