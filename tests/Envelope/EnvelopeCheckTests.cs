using System.Security.Cryptography;
using Exchange.Envelopes;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Envelope.Tests;

/// <summary>A verdict names what is wrong. That nothing wrong passes is shown byte by byte in <see cref="TamperingTests"/>.</summary>
public sealed class EnvelopeCheckTests : IDisposable
{
    private readonly SomeParties _parties = new();

    public void Dispose() => _parties.Dispose();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 5)]
    [InlineData(4, 5)]
    [InlineData(63, 64)]
    public void A_receipt_is_sound_wherever_it_stands_in_its_batch(int position, int size)
    {
        var envelope = _parties.Sound("a record"u8.ToArray());
        envelope.Receipt = SomeParties.Receipt(envelope, _parties.ReceiptKey, position, size);
        _parties.Check(envelope).ShouldBe(EnvelopeVerdict.Sound);
    }

    [Fact]
    public void Each_fault_has_its_verdict()
    {
        var some = Digest.Of("some"u8).ToArray();
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Verdict(envelope => envelope.Receipt = null).ShouldBe(EnvelopeVerdict.ReceiptMissing);
        Verdict(envelope => envelope.Header = ByteString.Empty).ShouldBe(EnvelopeVerdict.HeaderMalformed);
        Verdict(envelope => envelope.Receipt.LogOrigin = "exchange.test/node-2").ShouldBe(EnvelopeVerdict.OriginDiffers);
        Verdict(envelope => envelope.Receipt.LeafHash = ByteString.CopyFrom(some[1..])).ShouldBe(EnvelopeVerdict.ReceiptMalformed);
        Verdict(envelope => envelope.Receipt.BatchPosition = 5).ShouldBe(EnvelopeVerdict.ReceiptMalformed);
        Verdict(envelope => envelope.Receipt.Path.RemoveAt(0)).ShouldBe(EnvelopeVerdict.ReceiptMalformed);
        Verdict(envelope => envelope.Receipt.Index++).ShouldBe(EnvelopeVerdict.RootMismatch);
        Verdict(envelope => envelope.Receipt.LeafHash = ByteString.CopyFrom(some)).ShouldBe(EnvelopeVerdict.RootMismatch);
        Verdict(envelope => envelope.Receipt.BatchRoot = ByteString.CopyFrom(some)).ShouldBe(EnvelopeVerdict.RootMismatch);
        Verdict(envelope => envelope.Receipt.KeyId = ByteString.CopyFrom(some)).ShouldBe(EnvelopeVerdict.KeyUnknown);
        Verdict(envelope => envelope.Receipt = SomeParties.Receipt(envelope, stranger)).ShouldBe(EnvelopeVerdict.KeyUnknown);
        Verdict(envelope =>
        {
            envelope.Receipt = SomeParties.Receipt(envelope, stranger);
            envelope.Receipt.KeyId = ByteString.CopyFrom(_parties.ReceiptKeyId.ToArray());
        }).ShouldBe(EnvelopeVerdict.SignatureInvalid);
    }

    private EnvelopeVerdict Verdict(Action<Format.V1.Envelope> spoil)
    {
        var envelope = _parties.Sound("a record"u8.ToArray());
        spoil(envelope);
        return _parties.Check(envelope);
    }
}
