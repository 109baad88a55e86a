using Exchange.Documents;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Loading;

/// <summary>Reads the purposes that the policy declares, and resolves their names in rules.</summary>
internal sealed class PurposeReader
{
    private const string Expected = "a purpose such as tax-deduction: lower-case letters, digits, and dots, hyphens or underscores within";

    private readonly Dictionary<PurposeId, Purpose> _purposes = [];
    private bool _incomplete;

    internal IEnumerable<Purpose> Purposes => _purposes.Values;

    /// <summary>When a file could not be read, a purpose that is missing may stand there: no second mistake.</summary>
    internal bool SomeFilesAreMissing { set => _incomplete = value; }

    internal void Read(DocumentMapping mapping)
    {
        var name = mapping.Required("id");
        var title = mapping.Required("title").Text("a title that citizens understand");
        if (name.As<PurposeId>(PurposeId.TryParse, Expected) is not { } id)
        {
            _incomplete = true;
        }
        else if (!_purposes.TryAdd(id, new(id, title ?? string.Empty, name.Position)))
        {
            name.Refuse($"purpose '{id}' is declared twice, first at {_purposes[id].Position}");
        }
    }

    internal PurposeId? Resolve(DocumentValue value)
    {
        if (value.As<PurposeId>(PurposeId.TryParse, Expected) is not { } id)
        {
            return null;
        }

        if (!_purposes.ContainsKey(id) && !_incomplete)
        {
            value.Refuse($"unknown purpose '{id}'", NearestName.Of(id.Value, _purposes.Keys.Select(known => known.Value)));
        }

        return id;
    }
}
