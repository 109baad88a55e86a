using System.Text;
using Exchange.Envelopes;
using Exchange.Format.V1;

namespace Exchange.Envelope.Tests;

public sealed class OpeningTests : IDisposable
{
    private readonly SomeParties _parties = new();

    public void Dispose() => _parties.Dispose();

    [Fact]
    public void What_was_sealed_opens_with_its_records_terms_and_digests()
    {
        var envelope = _parties.Sound("one"u8.ToArray(), [], "three"u8.ToArray());

        using var opener = _parties.Opener;
        var opened = opener.Open(envelope);

        opened.Payload.Records.Select(record => Encoding.UTF8.GetString(record.Span)).ShouldBe(["one", "", "three"]);
        opened.Payload.Terms.LegalReference.ShouldBe("Tax Code, article 93");
        opened.Header.Dataset.ShouldBe("purchases");
        opened.ObjectDigest.ShouldBe(ObjectDigest.Compute(envelope.Header.Span, envelope.EncapsulatedKey.Span, envelope.Ciphertext.Span));
        _parties.Check(envelope).ShouldBe(EnvelopeVerdict.Sound);
    }
}
