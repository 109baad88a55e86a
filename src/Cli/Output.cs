using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Exchange.Documents;
using Spectre.Console;

namespace Exchange.Cli;

/// <summary>Data on one stream and prose on the other, so that a pipe carries data alone; with <c>--json</c>, as JSON.</summary>
internal sealed class Output
{
    // A pipe or a file has no width, and a word that is broken over two lines is not found there.
    private const int PlainWidth = 400;

    private static readonly JsonSerializerOptions JsonFormat = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // The output goes to a terminal or a program and not into a web page, so names stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    internal Output(ParseResult arguments)
        : this(arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error, arguments.GetValue(JsonOption))
    {
    }

    internal Output(TextWriter data, TextWriter prose, bool json)
    {
        Data = data;
        Prose = prose;
        IsJson = json;
        Terminal = CreateTerminal(data);
    }

    /// <summary>Every command has it.</summary>
    internal static Option<bool> JsonOption { get; } = new("--json") { Description = "Write data as JSON, one document a line.", Recursive = true };

    internal TextWriter Data { get; }

    internal TextWriter Prose { get; }

    internal bool IsJson { get; }

    /// <summary>For tables among the data: coloured on a terminal, plain in a pipe.</summary>
    internal IAnsiConsole Terminal { get; }

    /// <summary>A table of two columns or more; its cells are text and no markup.</summary>
    internal static Table Table(params IReadOnlyList<string> columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)));
        }

        return table;
    }

    /// <summary>Data that is lines already.</summary>
    internal void Write(string lines)
    {
        Data.WriteLine(lines);
        Data.Flush();
    }

    internal void Write(Table table)
    {
        Terminal.Write(table);
        Data.Flush();
    }

    /// <summary>One document on one line.</summary>
    internal void WriteJson(object document)
    {
        Data.WriteLine(JsonSerializer.Serialize(document, document.GetType(), JsonFormat));
        Data.Flush();
    }

    /// <summary>A sentence for the person who looks on.</summary>
    internal void Say(string sentence) => Prose.WriteLine(sentence);

    /// <summary>Why the command did not do what it was asked.</summary>
    internal void Fail(DescribedFault fault)
    {
        Prose.WriteLine(fault.Message);
        if (IsJson)
        {
            WriteJson(new
            {
                error = fault.Reason,
                message = fault.Message,
                retryable = fault.Refusal?.Retryable,
                retry_after = fault.Refusal?.RetryAfter?.TotalSeconds,
                transfer = fault.Refusal?.Transfer?.ToString(),
                entry = fault.Refusal?.Receipt?.Index,
                violations = fault.Refusal?.Violations,
            });
        }
    }

    /// <summary>Every mistake in the configuration, on a line of its own.</summary>
    internal void Fail(IReadOnlyList<Diagnostic> mistakes)
    {
        foreach (var mistake in mistakes)
        {
            Prose.WriteLine(mistake.ToString());
        }

        Prose.WriteLine(mistakes.Count == 1 ? "There is a mistake in the configuration." : $"There are {mistakes.Count} mistakes in the configuration.");
        if (IsJson)
        {
            WriteJson(new { Error = "CONFIGURATION_INVALID", Diagnostics = mistakes });
        }
    }

    private static IAnsiConsole CreateTerminal(TextWriter data)
    {
        var terminal = ReferenceEquals(data, Console.Out) && !Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(data),
        });
        if (!terminal)
        {
            console.Profile.Width = PlainWidth;
        }

        return console;
    }
}
