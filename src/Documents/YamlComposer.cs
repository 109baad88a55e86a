using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Exchange.Documents;

/// <summary>
/// Builds values from the parser's events. Anchors, aliases and tags are refused: a configuration says what it means where it says it,
/// and a small file stays small (no exponential expansion).
/// </summary>
internal sealed class YamlComposer
{
    // Deeper than any document of ours; bounds the recursion below.
    private const int MaximumDepth = 32;
    private const int FewKeys = 16;

    private readonly string _file;
    private readonly Parser _parser;
    private readonly ICollection<Diagnostic> _diagnostics;
    private int _depth;

    private YamlComposer(string file, string text, ICollection<Diagnostic> diagnostics)
    {
        _file = file;
        _parser = new Parser(new StringReader(text));
        _diagnostics = diagnostics;
    }

    /// <summary>The content of the file's one document; null after a syntax error.</summary>
    internal static DocumentValue? Compose(string file, string text, ICollection<Diagnostic> diagnostics)
    {
        var composer = new YamlComposer(file, text, diagnostics);
        try
        {
            return composer.ComposeDocument();
        }
        catch (YamlException syntax)
        {
            diagnostics.Add(new(file, (int)syntax.Start.Line, (int)syntax.Start.Column, "not valid YAML: " + syntax.Message.TrimEnd('.')));
            return null;
        }
        catch (InvalidOperationException)
        {
            // The scanner's own answer to some input that is no YAML, for instance a scalar that ends where a flow mapping wants a key.
            var place = composer._parser.Current?.End ?? Mark.Empty;
            diagnostics.Add(new(file, (int)place.Line, (int)place.Column, "not valid YAML after this place"));
            return null;
        }
    }

    private DocumentValue? ComposeDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            _diagnostics.Add(new(_file, 0, 0, "the file is empty"));
            return null;
        }

        var root = ComposeValue();
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            Refuse(second.Start, "a file holds one document; remove the line '---'");
        }

        return root;
    }

    private DocumentValue ComposeValue()
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            Refuse(alias.Start, $"aliases such as '*{alias.Value}' are not allowed; write the value out");
            return DocumentValue.Unusable(Position(alias.Start), _diagnostics);
        }

        if (_parser.Accept<NodeEvent>(out var node))
        {
            RefuseMarks(node);
        }

        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            return DocumentValue.OfText(Position(scalar.Start), _diagnostics, scalar.Value);
        }

        if (++_depth > MaximumDepth)
        {
            throw new SyntaxErrorException(_parser.Current!.Start, _parser.Current.End, "nested too deeply");
        }

        var composed = _parser.TryConsume<SequenceStart>(out var sequence) ? ComposeSequence(sequence) : ComposeMapping();
        _depth--;
        return composed;
    }

    private DocumentValue ComposeSequence(SequenceStart start)
    {
        var items = new List<DocumentValue>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ComposeValue());
        }

        return DocumentValue.OfItems(Position(start.Start), _diagnostics, items);
    }

    private DocumentValue ComposeMapping()
    {
        var start = _parser.Consume<MappingStart>().Start;
        var entries = new List<DocumentEntry>();
        Dictionary<string, DocumentPosition>? places = null;
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ComposeValue();
            var value = ComposeValue();
            if (key.Text("a key") is not { } name)
            {
                continue;
            }

            if (First(entries, name, ref places) is { } first)
            {
                key.Refuse(string.Create(CultureInfo.InvariantCulture, $"key '{name}' stands here for the second time, first in line {first.Line}"));
            }
            else
            {
                entries.Add(new(name, key, value));
                places?.Add(name, key.Position);
            }
        }

        return DocumentValue.OfEntries(Position(start), _diagnostics, entries);
    }

    /// <summary>Where the key stands already; null: nowhere. Few keys are compared one by one, many get a table.</summary>
    private static DocumentPosition? First(List<DocumentEntry> entries, string name, ref Dictionary<string, DocumentPosition>? places)
    {
        if (places is null && entries.Count >= FewKeys)
        {
            places = entries.ToDictionary(entry => entry.Name, entry => entry.Key.Position, StringComparer.Ordinal);
        }

        if (places is not null)
        {
            return places.TryGetValue(name, out var place) ? place : null;
        }

        foreach (var entry in entries)
        {
            if (entry.Name == name)
            {
                return entry.Key.Position;
            }
        }

        return null;
    }

    private void RefuseMarks(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty)
        {
            Refuse(node.Start, $"anchors such as '&{node.Anchor.Value}' are not allowed");
        }

        if (!node.Tag.IsEmpty)
        {
            Refuse(node.Start, "tags are not allowed; remove what begins with '!'");
        }
    }

    private void Refuse(Mark mark, string message) => _diagnostics.Add(new(_file, (int)mark.Line, (int)mark.Column, message));

    private DocumentPosition Position(Mark mark) => new(_file, (int)mark.Line, (int)mark.Column);
}
