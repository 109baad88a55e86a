using System.Collections.Immutable;
using Exchange.Policy.Suppression;

namespace Exchange.Policy.Tests.Suppression;

public sealed class TableSuppressionTests
{
    private const int K = 10;

    [Fact]
    public void Cells_with_enough_people_are_all_published() =>
        Hidden([("north", 10), ("south", 500), ("", 510)]).ShouldBeEmpty();

    [Fact]
    public void A_thin_cell_takes_the_next_thinnest_with_it_when_a_total_would_give_it_back() =>
        Hidden([("north", 3), ("south", 40), ("west", 90), ("", 133)]).ShouldBe(["north", "south"]);

    [Fact]
    public void A_total_that_is_not_told_may_be_known_from_elsewhere() =>
        Hidden([("north", 3), ("south", 40), ("west", 90)]).ShouldBe(["north", "south"]);

    [Fact]
    public void Two_thin_cells_that_are_together_still_thin_take_a_third() =>
        Hidden([("north", 3), ("south", 4), ("west", 90), ("east", 95), ("", 192)]).ShouldBe(["north", "south", "west"]);

    [Fact]
    public void The_total_goes_when_no_part_is_left() => Hidden([("north", 3), ("", 3)]).ShouldBe(["", "north"]);

    [Fact]
    public void A_thin_cell_costs_a_table_no_more_than_the_corners_of_a_rectangle()
    {
        // North, south and west by books and toys, with all totals; six people in the north bought books.
        List<Cell> cells =
        [
            new(["north", "books"], 6), new(["north", "toys"], 60), new(["north", ""], 66),
            new(["south", "books"], 40), new(["south", "toys"], 70), new(["south", ""], 110),
            new(["west", "books"], 50), new(["west", "toys"], 95), new(["west", ""], 145),
            new(["", "books"], 96), new(["", "toys"], 225), new(["", ""], 321),
        ];

        Names(cells, TableSuppression.Suppress(cells, K)).ShouldBe(["north/books", "north/toys", "south/books", "south/toys"]);
    }

    [Fact]
    public void A_thin_cell_alone_in_its_line_takes_nobody_with_it_when_no_total_is_told() =>
        Names([new(["north", "books"], 6), new(["south", "toys"], 70), new(["west", "toys"], 95)], K).ShouldBe(["north/books"]);

    [Fact]
    public void A_hidden_cell_that_only_several_equations_together_give_back_is_protected()
    {
        // Two blocks of thin cells and one thin cell between them: each line hides two cells or more, and yet the one between follows from
        // the sums of the rows of its block.
        var thin = new HashSet<(int, int)> { (0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 3) };
        var inner = Enumerable.Range(0, 4).SelectMany(row => Enumerable.Range(0, 4).Select(column => (Row: row, Column: column, People: thin.Contains((row, column)) ? 9L : 50L))).ToList();
        List<Cell> cells =
        [
            .. inner.Select(cell => new Cell([$"r{cell.Row}", $"c{cell.Column}"], cell.People)),
            .. inner.GroupBy(cell => cell.Row).Select(row => new Cell([$"r{row.Key}", string.Empty], row.Sum(cell => cell.People))),
            .. inner.GroupBy(cell => cell.Column).Select(column => new Cell([string.Empty, $"c{column.Key}"], column.Sum(cell => cell.People))),
        ];
        Snoop.Finds(cells, [.. cells.Select(cell => cell.Contributors < K)]).ShouldHaveSingleItem("or this table shows nothing");

        var hidden = TableSuppression.Suppress(cells, K);

        Snoop.Finds(cells, hidden).ShouldBeEmpty();
    }

    [Fact]
    public void Nobody_finds_a_hidden_cell_of_any_table()
    {
        var random = new Random(20261122);
        var (secondary, kept) = (0, 0);
        for (var i = 0; i < 3_000; i++)
        {
            var cells = RandomTable.Next(random);

            var hidden = TableSuppression.Suppress(cells, K);

            Snoop.Finds(cells, hidden).ShouldBeEmpty($"table {i}: {string.Join("; ", cells)}");
            cells.Where((cell, place) => cell.Contributors < K && !hidden[place]).ShouldBeEmpty();
            secondary += cells.Where((cell, place) => cell.Contributors >= K && hidden[place]).Count();
            kept += hidden.Count(isHidden => !isHidden);
        }

        // Shares, so that a suppression that hides everything, or nothing but the thin cells, is found out.
        secondary.ShouldBeGreaterThan(3_000);
        kept.ShouldBeGreaterThan(10_000);
    }

    [Fact]
    public void The_order_of_the_cells_does_not_matter()
    {
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var cells = RandomTable.Next(random).ToArray();
            var names = Names(cells, TableSuppression.Suppress(cells, K));

            random.Shuffle(cells);

            Names(cells, TableSuppression.Suppress(cells, K)).ShouldBe(names);
        }
    }

    private static List<string> Hidden(IEnumerable<(string Region, long People)> line)
    {
        List<Cell> cells = [.. line.Select(cell => new Cell([cell.Region], cell.People))];
        return Names(cells, TableSuppression.Suppress(cells, K));
    }

    private static List<string> Names(List<Cell> cells, int k) => Names(cells, TableSuppression.Suppress(cells, k));

    private static List<string> Names(IReadOnlyList<Cell> cells, bool[] hidden) =>
        [.. cells.Where((_, place) => hidden[place]).Select(cell => string.Join('/', cell.Dimensions)).Order(StringComparer.Ordinal)];
}
