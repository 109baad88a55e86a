using System.Collections.Immutable;
using Exchange.Vocabulary;

namespace Exchange.Node.Subjects;

/// <summary>A subject as stored: a key of its own, and its names, enciphered under that key.</summary>
/// <param name="Id">The node's own name for the subject.</param>
/// <param name="Key">The subject's random key.</param>
/// <param name="Names">By which it is found.</param>
internal sealed record SubjectRecord(SubjectId Id, KeptKey Key, ImmutableArray<SealedName> Names);
