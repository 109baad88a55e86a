namespace Exchange.Documents;

/// <summary>
/// Reads a mapping key by key. What was asked for is what is known: disposing reports the keys that nobody asked for, each with the
/// nearest known one, and the required keys that are missing.
/// </summary>
public sealed class DocumentMapping : IDisposable
{
    private readonly DocumentValue _value;
    private readonly IReadOnlyList<DocumentEntry>? _entries;

    // A mapping of ours has a dozen keys at most, and a policy has a hundred thousand mappings: a list is faster than a table.
    private readonly List<(string Name, bool IsRequired, string? Mend)> _known = [];
    private bool _keysAreData;

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
            _keysAreData = true;
            return _entries ?? [];
        }
    }

    /// <summary>The value of a key that must be there.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="mend">What to say to whom it is missing, besides that.</param>
    public DocumentValue Required(string key, string? mend = null) => Find(key, required: true, mend);

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

        var missing = new List<string>();
        foreach (var (name, isRequired, _) in _known)
        {
            if (isRequired && Entry(name) is null)
            {
                missing.Add(name);
            }
        }

        foreach (var entry in _entries)
        {
            if (_keysAreData || IndexOf(entry.Name) >= 0)
            {
                continue;
            }

            var nearest = NearestName.Of(entry.Name, _known.Select(known => known.Name).Where(known => Entry(known) is null))
                ?? NearestName.Of(entry.Name, _known.Select(known => known.Name));
            entry.Key.Refuse($"unknown key '{entry.Name}'", nearest);

            // A required key that was misspelt is one mistake, not two.
            missing.Remove(nearest ?? string.Empty);
        }

        foreach (var key in missing)
        {
            _value.Refuse($"the key '{key}' is missing{(_known[IndexOf(key)].Mend is { } mend ? $"; {mend}" : string.Empty)}");
        }
    }

    private DocumentValue Find(string key, bool required, string? mend = null)
    {
        if (IndexOf(key) is >= 0 and var index)
        {
            _known[index] = (key, required, mend);
        }
        else
        {
            _known.Add((key, required, mend));
        }

        return Entry(key)?.Value ?? DocumentValue.Unusable(_value);
    }

    private int IndexOf(string key)
    {
        for (var index = 0; index < _known.Count; index++)
        {
            if (_known[index].Name == key)
            {
                return index;
            }
        }

        return -1;
    }

    private DocumentEntry? Entry(string key)
    {
        for (var index = 0; index < _entries?.Count; index++)
        {
            if (_entries[index].Name == key)
            {
                return _entries[index];
            }
        }

        return null;
    }
}
