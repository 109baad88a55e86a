namespace Exchange.Documents;

/// <summary>One mistake in a file: where it stands, what it is, and the nearest valid name if there is one.</summary>
/// <param name="File">The file as the caller named it.</param>
/// <param name="Line">From 1; 0 when the mistake concerns the whole file.</param>
/// <param name="Column">From 1; 0 when the mistake concerns the whole file.</param>
/// <param name="Message">One sentence without a full stop: what is wrong and what is expected.</param>
/// <param name="Suggestion">The nearest valid name.</param>
public sealed record Diagnostic(string File, int Line, int Column, string Message, string? Suggestion = null)
{
    /// <summary>The mistakes in the order in which a reader meets them.</summary>
    public static IEnumerable<Diagnostic> InReadingOrder(IEnumerable<Diagnostic> diagnostics) => diagnostics
        .OrderBy(diagnostic => diagnostic.File, StringComparer.Ordinal)
        .ThenBy(diagnostic => diagnostic.Line)
        .ThenBy(diagnostic => diagnostic.Column);

    /// <summary>For instance <c>policy/tax.yaml:12:5: unknown field 'recept'; did you mean 'receipt'?</c>.</summary>
    public override string ToString()
    {
        var place = Line == 0 ? File : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}");
        return Suggestion is null ? $"{place}: {Message}" : $"{place}: {Message}; did you mean '{Suggestion}'?";
    }
}
