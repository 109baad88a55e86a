namespace Exchange.Documents;

/// <summary>
/// Reads a mapping key by key. What was asked for is what is known: disposing reports the keys that nobody asked for, each with the
/// nearest known one, and the required keys that are missing.
/// </summary>
public sealed class DocumentMapping : IDisposable
{
    private readonly DocumentValue _value;
    private readonly IReadOnlyList<DocumentEntry>? _entries;
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);

    internal DocumentMapping(DocumentValue value, IReadOnlyList<DocumentEntry>? entries)
    {
        _value = value;
        _entries = entries;
    }

    /// <summary>Where the mapping begins.</summary>
    public DocumentPosition Position => _value.Position;

    /// <summary>All entries, for mappings whose keys are data.</summary>
    public IReadOnlyList<DocumentEntry> Entries
    {
        get
        {
            foreach (var entry in _entries ?? [])
            {
                _known[entry.Name] = false;
            }

            return _entries ?? [];
        }
    }

    /// <summary>The value of a key that must be there.</summary>
    public DocumentValue Required(string key) => Find(key, required: true);

    /// <summary>The value of a key that may be absent: every reader of the value then yields null, and <c>??</c> states the default.</summary>
    public DocumentValue Optional(string key) => Find(key, required: false);

    /// <summary>Reports a mistake that concerns the mapping as a whole, where it begins.</summary>
    public void Refuse(string message, string? suggestion = null) => _value.Refuse(message, suggestion);

    /// <summary>Reports unknown and missing keys.</summary>
    public void Dispose()
    {
        if (_entries is null)
        {
            return; // Not a mapping at all; that was said.
        }

        var missing = _known.Where(known => known.Value && Entry(known.Key) is null).Select(known => known.Key).ToList();
        foreach (var entry in _entries.Where(entry => !_known.ContainsKey(entry.Name)))
        {
            var nearest = NearestName.Of(entry.Name, _known.Keys.Where(known => Entry(known) is null))
                ?? NearestName.Of(entry.Name, _known.Keys);
            entry.Key.Refuse($"unknown key '{entry.Name}'", nearest);

            // A required key that was misspelt is one mistake, not two.
            missing.Remove(nearest ?? string.Empty);
        }

        foreach (var key in missing)
        {
            _value.Refuse($"the key '{key}' is missing");
        }
    }

    private DocumentValue Find(string key, bool required)
    {
        _known[key] = required;
        return Entry(key)?.Value ?? DocumentValue.Unusable(_value);
    }

    private DocumentEntry? Entry(string key) => _entries?.FirstOrDefault(entry => entry.Name == key);
}
