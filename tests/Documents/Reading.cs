using System.Text;

namespace Exchange.Documents.Tests;

/// <summary>Reads a text as if it were a file, and tells what was said about it.</summary>
internal static class Reading
{
    internal static IReadOnlyList<string> Said(string text, Action<DocumentMapping>? read = null)
    {
        var diagnostics = new List<Diagnostic>();
        if (Document.Parse("node.yaml", Encoding.UTF8.GetBytes(text), diagnostics) is { } document)
        {
            using var root = document.Root.Mapping();
            if (read is null)
            {
                _ = root.Entries;
            }
            else
            {
                read(root);
            }
        }

        return [.. Diagnostic.InReadingOrder(diagnostics).Select(diagnostic => diagnostic.ToString())];
    }

    /// <summary>The value of the key <c>value</c>, and what was said about it.</summary>
    internal static (T? Value, string? Said) Value<T>(string text, Func<DocumentValue, T?> read)
    {
        T? value = default;
        var said = Said("value: " + text, root => value = read(root.Required("value")));
        return (value, said.SingleOrDefault());
    }
}
