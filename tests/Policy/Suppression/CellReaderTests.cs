using Exchange.Policy.Model;
using Exchange.Policy.Suppression;

namespace Exchange.Policy.Tests.Suppression;

/// <summary>Reads records that are written out byte by byte, so that nothing here is read by what wrote it.</summary>
public sealed class CellReaderTests
{
    private static readonly Dataset Figures = SomePolicy.LoadSmall("figures.v1", """
        message Figure {
          option dataset = {
            title: "Figures" time_field: "day" contributors_field: "people" partition_period: DAY
            dimension_fields: "place" dimension_fields: "kind" dimension_fields: "code" dimension_fields: "wide"
          };
          google.protobuf.Timestamp day = 1 [category = AGGREGATE];
          string place = 2 [category = AGGREGATE];
          Kind kind = 3 [category = AGGREGATE];
          fixed32 code = 4 [category = AGGREGATE];
          sint64 wide = 5 [category = AGGREGATE];
          sint32 people = 6 [category = AGGREGATE];
          double mean = 7 [category = AGGREGATE];
        }
        enum Kind { KIND_UNSPECIFIED = 0; BOOKS = 1; }
        """);

    private static readonly CellReader Reader = new(Figures.Shape, Figures.Statistics!);

    [Fact]
    public void A_cell_is_what_its_dimensions_say_in_their_order()
    {
        var cell = Read("1203 6D6F77 1801 25 07000000 2803 3028 39 0000000000000040");

        cell.Dimensions.ShouldBe(["mow", "1", "7", "3"]);
        cell.Contributors.ShouldBe(20);
    }

    [Fact]
    public void What_is_absent_is_a_total()
    {
        var cell = Read("3028");

        cell.Dimensions.ShouldBe(["", "", "", ""]);
        cell.Contributors.ShouldBe(20);
        Read("").Contributors.ShouldBe(0);
    }

    [Fact]
    public void Values_that_differ_have_names_that_differ() =>
        new[] { "2801", "2802", "2803", "1801", "25 01000000", "1201 31" }.Select(record => string.Join('|', Read(record).Dimensions)).Distinct().Count().ShouldBe(6);

    [Fact]
    public void Less_than_nobody_is_no_number_of_people() => TryRead("3001", out _).ShouldBeFalse();

    [Fact]
    public void A_number_of_people_beyond_all_counting_is_none()
    {
        var dataset = SomePolicy.LoadSmall("crowds.v1", """
            message Crowd {
              option dataset = {title: "Crowds" time_field: "day" contributors_field: "people" partition_period: DAY dimension_fields: "place"};
              google.protobuf.Timestamp day = 1 [category = AGGREGATE];
              string place = 2 [category = AGGREGATE];
              uint64 people = 3 [category = AGGREGATE];
            }
            """);
        var reader = new CellReader(dataset.Shape, dataset.Statistics!);

        reader.TryRead(Bytes("18 FFFFFFFFFFFFFFFF7F"), out var most).ShouldBeTrue();
        most.Contributors.ShouldBe(long.MaxValue);
        reader.TryRead(Bytes("18 80808080808080808001"), out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("18")]
    [InlineData("1203 6D6F")]
    [InlineData("1801 1805 12")]
    [InlineData("25 0700")]
    [InlineData("1001")]
    [InlineData("1A03 6D6F77")]
    [InlineData("3203 6D6F77")]
    public void A_record_of_another_dataset_is_not_read(string record) => TryRead(record, out _).ShouldBeFalse();

    [Fact]
    public void Dimensions_and_contributors_must_be_among_what_is_read() =>
        Figures.Shape.Paths(Reader.Leaves).ShouldBe(["place", "kind", "code", "wide", "people"]);

    private static Cell Read(string record)
    {
        TryRead(record, out var cell).ShouldBeTrue();
        return cell;
    }

    private static bool TryRead(string record, out Cell cell) => Reader.TryRead(Bytes(record), out cell);

    private static byte[] Bytes(string hexadecimal) => Convert.FromHexString(hexadecimal.Replace(" ", string.Empty, StringComparison.Ordinal));
}
