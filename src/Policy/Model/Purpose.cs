using Exchange.Documents;
using Exchange.Vocabulary;

namespace Exchange.Policy.Model;

/// <summary>A purpose that the policy declares.</summary>
/// <param name="Id">Its name in rules and requests.</param>
/// <param name="Title">What a citizen reads.</param>
/// <param name="Position">Where it is declared.</param>
public sealed record Purpose(PurposeId Id, string Title, DocumentPosition Position);
