using Exchange.Node.Subjects;
using Exchange.Vocabulary;

namespace Exchange.Node.Consents;

/// <summary>What is known of a subject and its consent for one transfer.</summary>
/// <param name="Cause">None when a consent stands; otherwise why not. From outside every cause looks alike (I8).</param>
/// <param name="Subject">The subject; zeros when it is unknown.</param>
/// <param name="SubjectKey">Of the subject; of nobody when it is unknown.</param>
/// <param name="ConsentKey">Of the consent; nobody's when there is none.</param>
/// <param name="Slot">Where the consent stands in memory, for the sequencer's gate.</param>
/// <param name="State">The revision that the transfer is decided by.</param>
/// <param name="ProviderName">The subject's name on the provider's side, as UTF-8.</param>
internal readonly record struct Standing(
    ErrorCode Cause,
    SubjectId Subject,
    byte[] SubjectKey,
    byte[] ConsentKey,
    ConsentSlot? Slot,
    ConsentState? State,
    byte[]? ProviderName);
