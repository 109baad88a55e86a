using System.Globalization;

namespace Exchange.Documents;

/// <summary>A place in a file; line and column from 1.</summary>
public readonly record struct DocumentPosition(string File, int Line, int Column)
{
    /// <summary>For instance <c>policy/tax.yaml:12</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}");
}
