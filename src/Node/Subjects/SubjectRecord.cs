using System.Collections.Immutable;
using Exchange.Vocabulary;

namespace Exchange.Node.Subjects;

/// <summary>A subject as stored: a key of its own, wrapped, and its names, enciphered under that key.</summary>
/// <param name="Id">The node's own name for the subject.</param>
/// <param name="WrappedKey">The subject's random key under the key-encryption key.</param>
/// <param name="Names">By which it is found.</param>
internal sealed record SubjectRecord(SubjectId Id, byte[] WrappedKey, ImmutableArray<SealedName> Names);

/// <summary>One name of a subject.</summary>
/// <param name="BlindIndex">By which it is found.</param>
/// <param name="Scope">The provider whose own number it is; empty for a state identifier.</param>
/// <param name="Scheme">Which kind of identifier.</param>
/// <param name="Sealed">The canonical value, AES-256-GCM under the subject's key.</param>
internal sealed record SealedName(Digest BlindIndex, string Scope, SubjectScheme Scheme, byte[] Sealed);
