using System.Text;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Exchange.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Node.Providers;

/// <summary>What a provider is asked that is the same for every subject, serialised once: dataset and purpose, the scheme that it knows its subjects by, the fields.</summary>
internal sealed class QuestionForm
{
    private readonly byte[] _names;
    private readonly byte[] _scheme;
    private readonly byte[] _fields;

    private QuestionForm(byte[] names, byte[] scheme, byte[] fields) => (_names, _scheme, _fields) = (names, scheme, fields);

    /// <summary>The fields <c>dataset</c> and <c>purpose</c> of a <see cref="ProviderFetchRequest"/>.</summary>
    internal ReadOnlySpan<byte> Names => _names;

    /// <summary>The provider's own scheme as UTF-8; empty where records are about nobody.</summary>
    internal ReadOnlySpan<byte> Scheme => _scheme;

    /// <summary>The fields <c>fields</c> of a <see cref="ProviderFetchRequest"/>: the provider learns what may be released, not what was asked.</summary>
    internal ReadOnlySpan<byte> Fields => _fields;

    internal static QuestionForm For(Dataset dataset, PurposeId purpose, in FieldSet leaves)
    {
        var fields = new ProviderFetchRequest();
        fields.Fields.Add(dataset.Shape.Paths(leaves));
        return new(
            new ProviderFetchRequest { Dataset = dataset.Id.Value, Purpose = purpose.Value }.ToByteArray(),
            Encoding.UTF8.GetBytes(dataset.SubjectScheme?.Value ?? string.Empty),
            fields.ToByteArray());
    }
}
