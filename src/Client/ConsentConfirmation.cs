using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Client;

/// <summary>A consent event that the node took, with its receipt checked.</summary>
/// <param name="Id">Names the consent through all its revisions.</param>
/// <param name="Revision">From 1.</param>
/// <param name="Receipt">The node's promise that the event is in its log.</param>
public sealed record ConsentConfirmation(ConsentId Id, ulong Revision, Receipt Receipt);
