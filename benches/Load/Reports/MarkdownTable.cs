using System.Globalization;

namespace Exchange.Benches.Load.Reports;

/// <summary>A table that reads well as text too: the first columns are words, aligned left, the others figures, aligned right.</summary>
internal sealed class MarkdownTable(int words, params string[] heads)
{
    private readonly List<string[]> _rows = [];

    public void Add(params object[] cells) => _rows.Add([.. cells.Select(cell => Convert.ToString(cell, CultureInfo.InvariantCulture) ?? string.Empty)]);

    public override string ToString()
    {
        int[] widths = [.. heads.Select((head, column) => _rows.Select(row => row[column].Length).Append(head.Length).Append(3).Max())];
        string[] rules = [.. widths.Select((width, column) => column < words ? new string('-', width) : new string('-', width - 1) + ":")];
        return string.Join('\n', _rows.Prepend(rules).Prepend(heads).Select(row => "| " + string.Join(" | ", row.Select(Pad)) + " |"));

        string Pad(string cell, int column) => column < words ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]);
    }
}
