namespace Exchange.Documents.Tests;

public sealed class ScalarTests
{
    private static readonly Dictionary<string, DayOfWeek> Days = new() { ["monday"] = DayOfWeek.Monday, ["friday"] = DayOfWeek.Friday };

    [Theory]
    [InlineData("no")]
    [InlineData("off")]
    [InlineData("~")]
    [InlineData("null")]
    [InlineData("0x1F")]
    [InlineData("1_000")]
    [InlineData("12:30:45")]
    [InlineData("2026-01-01")]
    public void Text_is_the_text_that_it_is(string written) => Reading.Value(written, value => value.Text()).ShouldBe((written, null));

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("'true'", true)]
    public void A_flag_is_true_or_false(string written, bool expected) => Reading.Value(written, value => value.Flag()).ShouldBe((expected, null));

    [Theory]
    [InlineData("yes")]
    [InlineData("no")]
    [InlineData("on")]
    [InlineData("True")]
    [InlineData("1")]
    public void What_YAML_1_1_takes_for_a_flag_is_refused(string written) =>
        Reading.Value(written, value => value.Flag()).ShouldBe((null, $"node.yaml:1:8: expected true or false, found '{written}'"));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-5", -5)]
    [InlineData("100", 100)]
    public void A_number_is_decimal(string written, int expected) => Reading.Value(written, value => value.Number(-5, 100)).ShouldBe((expected, null));

    [Theory]
    [InlineData("-6")]
    [InlineData("101")]
    [InlineData("010")]
    [InlineData("0x10")]
    [InlineData("1_0")]
    [InlineData("1.0")]
    [InlineData("1e1")]
    [InlineData("+5")]
    [InlineData("--5")]
    [InlineData("99999999999999999999")]
    [InlineData("4294967301")]
    public void A_number_out_of_its_bounds_or_in_another_notation_is_refused(string written) =>
        Reading.Value(written, value => value.Number(-5, 100)).ShouldBe((null, $"node.yaml:1:8: expected a whole number from -5 to 100, found '{written}'"));

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("10s", 10_000)]
    [InlineData("5m", 300_000)]
    [InlineData("12h", 43_200_000)]
    [InlineData("365d", 31_536_000_000)]
    public void A_duration_is_a_whole_number_with_its_unit(string written, long milliseconds) =>
        Reading.Value(written, value => value.Duration(TimeSpan.Zero, TimeSpan.FromDays(400))).ShouldBe((TimeSpan.FromMilliseconds(milliseconds), null));

    [Theory]
    [InlineData("10")]
    [InlineData("10 s")]
    [InlineData("1.5s")]
    [InlineData("-1s")]
    [InlineData("s")]
    [InlineData("1w")]
    [InlineData("401d")]
    [InlineData("9999999999999999d")]
    public void A_duration_without_unit_or_beyond_its_bounds_is_refused(string written) =>
        Reading.Value(written, value => value.Duration(TimeSpan.Zero, TimeSpan.FromDays(400))).ShouldBe(
            (null, $"node.yaml:1:8: expected a duration from 0ms to 400d, a whole number with ms, s, m, h or d, found '{written}'"));

    [Theory]
    [InlineData("512B", 512L)]
    [InlineData("16KiB", 16_384L)]
    [InlineData("64MiB", 67_108_864L)]
    [InlineData("2GiB", 2_147_483_648L)]
    public void A_size_is_a_whole_number_with_its_unit(string written, long bytes) =>
        Reading.Value(written, value => value.ByteSize(0, 1L << 32)).ShouldBe((bytes, null));

    [Theory]
    [InlineData("64MB")]
    [InlineData("64")]
    [InlineData("64 MiB")]
    [InlineData("5GiB")]
    [InlineData("99999999999GiB")]
    public void An_ambiguous_size_is_refused(string written) =>
        Reading.Value(written, value => value.ByteSize(0, 1L << 32)).Said.ShouldBe(
            $"node.yaml:1:8: expected a size from 0B to 4294967296B, a whole number with B, KiB, MiB or GiB, found '{written}'");

    [Theory]
    [InlineData("2026-01-01T00:00:00Z", 0)]
    [InlineData("2026-01-01T00:00:00.25Z", 250)]
    public void A_time_is_in_UTC(string written, int milliseconds) =>
        Reading.Value(written, value => value.Time()).ShouldBe((new DateTimeOffset(2026, 1, 1, 0, 0, 0, milliseconds, TimeSpan.Zero), null));

    [Theory]
    [InlineData("2026-01-01")]
    [InlineData("2026-01-01T00:00:00")]
    [InlineData("2026-01-01T00:00:00+03:00")]
    [InlineData("2026-02-30T00:00:00Z")]
    public void A_time_of_no_zone_or_of_another_is_refused(string written) =>
        Reading.Value(written, value => value.Time()).ShouldBe((null, $"node.yaml:1:8: expected a time in UTC such as 2026-01-01T00:00:00Z, found '{written}'"));

    [Fact]
    public void One_of_several_words_is_named_with_the_others_and_the_nearest()
    {
        Reading.Value("monday", value => value.OneOf(Days, "a day")).ShouldBe((DayOfWeek.Monday, null));
        Reading.Value("munday", value => value.OneOf(Days, "a day")).ShouldBe(
            (null, "node.yaml:1:8: expected a day (monday, friday), found 'munday'; did you mean 'monday'?"));
    }

    [Fact]
    public void A_path_is_taken_from_the_documents_folder()
    {
        var diagnostics = new List<Diagnostic>();
        var file = Path.Combine("conf", "members.yaml");
        var document = Document.Parse(file, "anchor: certs/anchor.pem"u8.ToArray(), diagnostics).ShouldNotBeNull();

        document.Root.Mapping().Required("anchor").FilePath().ShouldBe(Path.Combine("conf", "certs/anchor.pem"));
    }

    [Fact]
    public void A_path_with_a_control_character_is_refused() =>
        Reading.Value("\"a\\nb\"", value => value.FilePath()).Said.ShouldBe("node.yaml:1:8: expected a path without control characters, found 'a\uFFFDb'");

    [Theory]
    [InlineData("[a, b]", "a list")]
    [InlineData("{a: b}", "keys and values")]
    [InlineData("", "nothing")]
    [InlineData("''", "nothing")]
    public void What_is_no_text_is_named(string written, string found) =>
        Reading.Value(written, value => value.Text("a name")).ShouldBe((null, $"node.yaml:1:{(written.Length == 0 ? 7 : 8)}: expected a name, found {found}"));

    [Fact]
    public void Text_where_a_list_or_a_mapping_is_expected_is_refused()
    {
        Reading.Said("value: a", root => root.Required("value").Items().ShouldBeEmpty()).ShouldBe(["node.yaml:1:8: expected a list, found 'a'"]);
        Reading.Said("value: a", root =>
        {
            using var mapping = root.Required("value").Mapping();
            mapping.Required("anything").Text().ShouldBeNull();
        }).ShouldBe(["node.yaml:1:8: expected keys and values, found 'a'"]);
    }

    [Fact]
    public void Of_an_absent_value_nothing_is_said()
    {
        Reading.Said("other: a", root =>
        {
            var absent = root.Optional("value");
            absent.IsPresent.ShouldBeFalse();
            absent.Text().ShouldBeNull();
            absent.Flag().ShouldBeNull();
            absent.Number(0, 1).ShouldBeNull();
            absent.Duration(TimeSpan.Zero, TimeSpan.Zero).ShouldBeNull();
            absent.ByteSize(0, 1).ShouldBeNull();
            absent.Time().ShouldBeNull();
            absent.OneOf(Days, "a day").ShouldBeNull();
            absent.FilePath().ShouldBeNull();
            absent.Items().ShouldBeEmpty();
            absent.Mapping().Dispose();
            root.Optional("other").Text();
        }).ShouldBeEmpty();
    }
}
