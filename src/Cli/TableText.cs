using Spectre.Console;

namespace Exchange.Cli;

/// <summary>Cells are text: what a file or a member says is never read as markup.</summary>
internal static class TableText
{
    internal static Table AddTextRow(this Table table, params IEnumerable<string> cells)
    {
        table.AddRow(cells.Select(cell => new Text(cell)));
        return table;
    }
}
