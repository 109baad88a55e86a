using Exchange.Vocabulary;

namespace Exchange.Policy.Model;

/// <summary>Which consent manager may speak for the subjects of which data, towards whom.</summary>
public readonly record struct ConsentMandate(MemberId Manager, MemberId Provider, DatasetId Dataset, MemberId Consumer);
