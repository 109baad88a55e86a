using System.Globalization;

namespace Exchange.Documents;

/// <summary>Reads a value from its text.</summary>
public delegate bool TryParse<T>(string? text, out T value);

/// <summary>
/// A value with its place. Scalars are the text that they are: <c>no</c> is not a boolean and <c>010</c> is not eight. Each reader yields
/// the typed value, or null after saying what it expected; of an absent value it yields null and says nothing.
/// </summary>
public sealed class DocumentValue
{
    private readonly ICollection<Diagnostic> _diagnostics;
    private readonly string? _text;
    private readonly IReadOnlyList<DocumentValue>? _items;
    private readonly IReadOnlyList<DocumentEntry>? _entries;

    private DocumentValue(
        DocumentPosition position,
        ICollection<Diagnostic> diagnostics,
        string? text = null,
        IReadOnlyList<DocumentValue>? items = null,
        IReadOnlyList<DocumentEntry>? entries = null)
    {
        Position = position;
        _diagnostics = diagnostics;
        _text = text;
        _items = items;
        _entries = entries;
    }

    /// <summary>Where the value begins; of an absent one, where the mapping begins that lacks it.</summary>
    public DocumentPosition Position { get; }

    /// <summary>Whether the document holds this value.</summary>
    public bool IsPresent => _text is not null || _items is not null || _entries is not null;

    /// <summary>Whether it is keys and values, for what may be written in several shapes.</summary>
    public bool IsMapping => _entries is not null;

    /// <summary>Text that is not empty.</summary>
    public string? Text(string expected = "text")
    {
        if (!IsPresent || _text is { Length: > 0 })
        {
            return _text;
        }

        return Nothing<string>($"expected {expected}, found {Description}");
    }

    /// <summary>A value that a function reads from the text; <paramref name="expected"/> completes "expected …".</summary>
    public T? As<T>(TryParse<T> parse, string expected)
        where T : struct
    {
        if (Text(expected) is not { } text)
        {
            return null;
        }

        return parse(text, out var value) ? value : Wrong<T>(expected);
    }

    /// <summary>One of the named values.</summary>
    public T? OneOf<T>(IReadOnlyDictionary<string, T> values, string expected)
        where T : struct
    {
        if (Text(expected) is not { } text)
        {
            return null;
        }

        if (values.TryGetValue(text, out var value))
        {
            return value;
        }

        Refuse($"expected {expected} ({string.Join(", ", values.Keys)}), found {Description}", NearestName.Of(text, values.Keys));
        return null;
    }

    /// <summary><c>true</c> or <c>false</c>, and nothing else that YAML 1.1 takes for one.</summary>
    public bool? Flag() => As<bool>((string? text, out bool value) => (value = text == "true") || text == "false", "true or false");

    /// <summary>A whole number within the bounds.</summary>
    public int? Number(int from, int to) => (int?)As<long>(
        (string? text, out long value) => Quantities.TryParseNumber(text, out value) && value >= from && value <= to,
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {from} to {to}"));

    /// <summary>A duration such as <c>250ms</c>, <c>10s</c>, <c>5m</c>, <c>12h</c> or <c>365d</c> within the bounds.</summary>
    public TimeSpan? Duration(TimeSpan from, TimeSpan to) => As<TimeSpan>(
        (string? text, out TimeSpan value) => Quantities.TryParseDuration(text!, out value) && value >= from && value <= to,
        $"a duration from {Quantities.Format(from)} to {Quantities.Format(to)}, a whole number with ms, s, m, h or d");

    /// <summary>A size such as <c>512B</c>, <c>16KiB</c>, <c>64MiB</c> or <c>2GiB</c> within the bounds.</summary>
    public long? ByteSize(long from, long to) => As<long>(
        (string? text, out long value) => Quantities.TryParseByteSize(text!, out value) && value >= from && value <= to,
        string.Create(CultureInfo.InvariantCulture, $"a size from {from}B to {to}B, a whole number with B, KiB, MiB or GiB"));

    /// <summary>A time in UTC such as <c>2026-01-01T00:00:00Z</c> (RFC 3339).</summary>
    public DateTimeOffset? Time() => As<DateTimeOffset>(
        (string? text, out DateTimeOffset value) => DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out value),
        "a time in UTC such as 2026-01-01T00:00:00Z");

    /// <summary>A path, taken from the folder of the document that names it.</summary>
    public string? FilePath()
    {
        if (Text("a path") is not { } path)
        {
            return null;
        }

        return path.Any(char.IsControl)
            ? Nothing<string>($"expected a path without control characters, found {Description}")
            : Path.Combine(Path.GetDirectoryName(Position.File) ?? string.Empty, path);
    }

    /// <summary>The items of a list; none of an absent one.</summary>
    /// <param name="mistakeIfEmpty">What to say of an empty list; null: it is allowed.</param>
    public IReadOnlyList<DocumentValue> Items(string? mistakeIfEmpty = null)
    {
        if (IsPresent && _items is null)
        {
            Refuse($"expected a list, found {Description}");
        }
        else if (_items is [] && mistakeIfEmpty is not null)
        {
            Refuse(mistakeIfEmpty);
        }

        return _items ?? [];
    }

    /// <summary>The mapping, to be read key by key and disposed.</summary>
    public DocumentMapping Mapping()
    {
        if (IsPresent && _entries is null)
        {
            Refuse($"expected keys and values, found {Description}");
        }

        return new(this, _entries);
    }

    /// <summary>Reports a mistake at this value.</summary>
    public void Refuse(string message, string? suggestion = null) =>
        _diagnostics.Add(new(Position.File, Position.Line, Position.Column, message, suggestion));

    internal static DocumentValue OfText(DocumentPosition position, ICollection<Diagnostic> diagnostics, string text) => new(position, diagnostics, text: text);

    internal static DocumentValue OfItems(DocumentPosition position, ICollection<Diagnostic> diagnostics, IReadOnlyList<DocumentValue> items) => new(position, diagnostics, items: items);

    internal static DocumentValue OfEntries(DocumentPosition position, ICollection<Diagnostic> diagnostics, IReadOnlyList<DocumentEntry> entries) => new(position, diagnostics, entries: entries);

    internal static DocumentValue Unusable(DocumentPosition position, ICollection<Diagnostic> diagnostics) => new(position, diagnostics);

    internal static DocumentValue Unusable(DocumentValue within) => new(within.Position, within._diagnostics);

    private string Description => this switch
    {
        { _items: not null } => "a list",
        { _entries: not null } => "keys and values",
        { _text: { Length: > 0 } text } => Quote(text),
        _ => "nothing",
    };

    private static string Quote(string text)
    {
        var shown = text.Length <= 80 ? text : text[..80] + "…";
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) ? '\uFFFD' : c))}'";
    }

    private T? Wrong<T>(string expected)
        where T : struct
    {
        Refuse($"expected {expected}, found {Description}");
        return null;
    }

    private T? Nothing<T>(string message)
        where T : class
    {
        Refuse(message);
        return null;
    }
}
