using Exchange.Documents;
using Exchange.Policy.Minimisation;

namespace Exchange.Policy.Model;

/// <summary>One line of a rule's fields: what happens to the leaves at or below a path.</summary>
/// <param name="Path">The dotted path as written.</param>
/// <param name="Action">What happens.</param>
/// <param name="Position">Where it is written.</param>
public sealed record FieldRuling(string Path, FieldAction Action, DocumentPosition Position);
