using Exchange.Documents;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Loading;

/// <summary>Reads which consent manager may speak for the subjects of which data.</summary>
internal sealed class ConsentMandateReader(PolicyNames names)
{
    private readonly Dictionary<ConsentMandate, DocumentPosition> _mandates = [];

    internal IEnumerable<ConsentMandate> Mandates => _mandates.Keys;

    internal void Read(DocumentMapping mapping)
    {
        var manager = names.Member(mapping.Required("manager"), MemberRoles.ConsentManager, "consent-manager");
        var provider = names.Member(mapping.Required("provider"), MemberRoles.Provider, "provider");
        var named = mapping.Required("dataset");
        var dataset = names.Dataset(named);
        var consumer = names.Member(mapping.Required("consumer"), MemberRoles.Consumer, "consumer");
        if (dataset is { SubjectPath: null })
        {
            named.Refuse($"nobody can consent: the records of '{dataset.Id}' name no subject");
        }

        if (manager is null || provider is null || dataset is null || consumer is null)
        {
            return;
        }

        var mandate = new ConsentMandate(manager.Value, provider.Value, dataset.Id, consumer.Value);
        if (!_mandates.TryAdd(mandate, mapping.Position))
        {
            mapping.Refuse($"the same mandate stands at {_mandates[mandate]}");
        }
    }
}
