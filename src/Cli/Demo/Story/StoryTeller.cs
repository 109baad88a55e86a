using System.Globalization;
using Spectre.Console;

namespace Exchange.Cli.Demo.Story;

/// <summary>Tells the story in chapters, a table each; as JSON, a document a line. Remembers whether everything went as told.</summary>
internal sealed class StoryTeller(Output output)
{
    private readonly List<StoryLine> _lines = [];

    internal bool EverythingWentAsTold { get; private set; } = true;

    /// <summary>A sentence between the tables.</summary>
    internal void Say(string sentence)
    {
        if (output.IsJson)
        {
            output.Say(sentence);
            return;
        }

        // Not through the terminal's layout: a command that is broken over two lines cannot be copied.
        output.Write(sentence);
    }

    /// <summary>Begins a chapter.</summary>
    internal void Chapter(string title)
    {
        if (!output.IsJson)
        {
            output.Terminal.WriteLine();
            output.Terminal.Write(new Text(title, new Style(decoration: Decoration.Bold)));
            output.Terminal.WriteLine();
        }
    }

    /// <summary>A line of the chapter's table.</summary>
    internal void Tell(StoryLine line)
    {
        EverythingWentAsTold &= line.AsTold;
        if (output.IsJson)
        {
            output.WriteJson(line);
            return;
        }

        _lines.Add(line);
    }

    /// <summary>Prints the chapter's table.</summary>
    internal void EndChapter()
    {
        if (_lines.Count == 0)
        {
            return;
        }

        var table = Output.Table("who", "does", "what happens", "entry", "as told");
        foreach (var line in _lines)
        {
            table.AddTextRow(line.Who, line.Did, line.Happened, line.Entry?.ToString(CultureInfo.InvariantCulture) ?? "-", line.AsTold ? "yes" : "NO");
        }

        output.Write(table);
        _lines.Clear();
    }

    /// <summary>A table that is no tale.</summary>
    internal void Show(Table table, object json)
    {
        if (output.IsJson)
        {
            output.WriteJson(json);
        }
        else
        {
            output.Write(table);
        }
    }
}
