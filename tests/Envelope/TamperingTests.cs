using System.Security.Cryptography;
using Exchange.Envelopes;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Envelope.Tests;

/// <summary>Every byte of an envelope counts: any change to any of them is found.</summary>
public sealed class TamperingTests : IDisposable
{
    private static readonly byte[] Masks = [0x01, 0x10, 0x80, 0xFF];

    private readonly SomeParties _parties = new();

    public void Dispose() => _parties.Dispose();

    [Fact]
    public void Every_flipped_byte_of_the_header_is_rejected() =>
        RejectsEveryFlip(envelope => envelope.Header, (envelope, bytes) => envelope.Header = bytes, minimum: 280);

    [Fact]
    public void Every_flipped_byte_of_the_encapsulated_key_is_rejected() =>
        RejectsEveryFlip(envelope => envelope.EncapsulatedKey, (envelope, bytes) => envelope.EncapsulatedKey = bytes, minimum: 65);

    [Fact]
    public void Every_flipped_byte_of_the_ciphertext_is_rejected() =>
        RejectsEveryFlip(envelope => envelope.Ciphertext, (envelope, bytes) => envelope.Ciphertext = bytes, minimum: 272);

    [Fact]
    public void Every_flipped_byte_of_the_receipt_is_rejected()
    {
        var envelope = _parties.Sound("a record"u8.ToArray());
        var receipt = envelope.Receipt.ToByteArray();
        _parties.Check(envelope).ShouldBe(EnvelopeVerdict.Sound);
        foreach (var (position, mask) in Flips(receipt.Length))
        {
            receipt[position] ^= mask;
            if (TryParse(receipt) is { } tampered)
            {
                envelope.Receipt = tampered;
                _parties.Check(envelope).ShouldNotBe(EnvelopeVerdict.Sound, $"byte {position} ^ {mask:x2}");
            }

            receipt[position] ^= mask;
        }
    }

    [Fact]
    public void Every_truncation_is_rejected()
    {
        var envelope = _parties.Sound("a record"u8.ToArray());
        using var opener = _parties.Opener;
        for (var length = 0; length < envelope.Ciphertext.Length; length++)
        {
            var shorter = envelope.Clone();
            shorter.Ciphertext = ByteString.CopyFrom(envelope.Ciphertext.Span[..length]);
            Should.Throw<EnvelopeRejectedException>(() => opener.Open(shorter)).What.ShouldBe(EnvelopeFault.NotAuthentic);
        }

        for (var length = 0; length < envelope.Header.Length; length++)
        {
            var shorter = envelope.Clone();
            shorter.Header = ByteString.CopyFrom(envelope.Header.Span[..length]);
            Should.Throw<EnvelopeRejectedException>(() => opener.Open(shorter));
        }

        for (var length = 0; length < envelope.EncapsulatedKey.Length; length++)
        {
            var shorter = envelope.Clone();
            shorter.EncapsulatedKey = ByteString.CopyFrom(envelope.EncapsulatedKey.Span[..length]);
            Should.Throw<EnvelopeRejectedException>(() => opener.Open(shorter)).What.ShouldBe(EnvelopeFault.EncapsulatedKeyInvalid);
        }
    }

    [Fact]
    public void An_envelope_for_another_member_or_another_key_does_not_open()
    {
        var envelope = _parties.Sound("a record"u8.ToArray());

        using var otherMember = new EnvelopeOpener(_parties.EncryptionKey, SomeParties.Provider);
        Should.Throw<EnvelopeRejectedException>(() => otherMember.Open(envelope)).What.ShouldBe(EnvelopeFault.OtherRecipient);

        using var otherKey = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var otherOpener = new EnvelopeOpener(otherKey, SomeParties.Consumer);
        Should.Throw<EnvelopeRejectedException>(() => otherOpener.Open(envelope)).What.ShouldBe(EnvelopeFault.OtherKey);
    }

    [Fact]
    public void A_header_that_claims_another_origin_recipient_or_key_than_the_context_s_does_not_open()
    {
        var recipient = _parties.Recipient;
        using var opener = _parties.Opener;
        using var otherKey = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        SealingContext[] contexts =
        [
            SealingContext.Create(recipient, "exchange.test/node-2", SomeParties.Consumer),
            SealingContext.Create(recipient, SomeParties.Origin, SomeParties.Provider),
            SealingContext.Create(RecipientKey.FromParameters(otherKey.ExportParameters(false)), SomeParties.Origin, SomeParties.Consumer),
        ];
        foreach (var context in contexts)
        {
            using var writer = new PlaintextWriter();
            writer.Finish();
            var envelope = SomeParties.Seal(context, _parties.Header(TransferId.New()), writer.Plaintext);
            Should.Throw<EnvelopeRejectedException>(() => opener.Open(envelope)).What.ShouldBe(EnvelopeFault.NotAuthentic);
            context.Dispose();
        }
    }

    [Fact]
    public void A_context_that_the_opener_remembers_does_not_vouch_for_another_origin()
    {
        using var opener = _parties.Opener;
        using var context = _parties.NewContext();
        using var writer = new PlaintextWriter();
        writer.Finish();
        opener.Open(SomeParties.Seal(context, _parties.Header(TransferId.New()), writer.Plaintext));

        var claim = _parties.Header(TransferId.New());
        claim.Origin = "exchange.test/node-2";
        var envelope = SomeParties.Seal(context, claim, writer.Plaintext);
        Should.Throw<EnvelopeRejectedException>(() => opener.Open(envelope)).What.ShouldBe(EnvelopeFault.NotAuthentic);
    }

    [Fact]
    public void Parts_of_two_sound_envelopes_do_not_make_a_third()
    {
        var (first, second) = (_parties.Sound("one"u8.ToArray()), _parties.Sound("two"u8.ToArray()));
        using var opener = _parties.Opener;
        opener.Open(first);
        opener.Open(second);

        Action<Format.V1.Envelope>[] swaps =
        [
            envelope => envelope.Header = second.Header,
            envelope => envelope.EncapsulatedKey = second.EncapsulatedKey,
            envelope => envelope.Ciphertext = second.Ciphertext,
        ];
        foreach (var swap in swaps)
        {
            var mixed = first.Clone();
            swap(mixed);
            Should.Throw<EnvelopeRejectedException>(() => opener.Open(mixed)).What.ShouldBe(EnvelopeFault.NotAuthentic);
            _parties.Check(mixed).ShouldBe(EnvelopeVerdict.RootMismatch);
        }

        var otherReceipt = first.Clone();
        otherReceipt.Receipt = second.Receipt;
        _parties.Check(otherReceipt).ShouldBe(EnvelopeVerdict.RootMismatch);
    }

    private void RejectsEveryFlip(Func<Format.V1.Envelope, ByteString> part, Action<Format.V1.Envelope, ByteString> replace, int minimum)
    {
        var envelope = _parties.Sound("a record"u8.ToArray());
        using var opener = _parties.Opener;
        opener.Open(envelope);
        var bytes = part(envelope).ToByteArray();
        bytes.Length.ShouldBeGreaterThanOrEqualTo(minimum);
        foreach (var (position, mask) in Flips(bytes.Length))
        {
            bytes[position] ^= mask;
            replace(envelope, ByteString.CopyFrom(bytes));
            Should.Throw<EnvelopeRejectedException>(() => opener.Open(envelope), $"byte {position} ^ {mask:x2}");
            _parties.Check(envelope).ShouldNotBe(EnvelopeVerdict.Sound, $"byte {position} ^ {mask:x2}");
            bytes[position] ^= mask;
        }
    }

    private static IEnumerable<(int Position, byte Mask)> Flips(int length) =>
        from position in Enumerable.Range(0, length)
        from mask in Masks
        select (position, mask);

    private static Receipt? TryParse(byte[] bytes)
    {
        try
        {
            return Receipt.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
