using System.Buffers.Binary;
using Exchange.Envelopes;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Envelope.Tests;

/// <summary>What a sealer could do who holds the recipient's public key and wants two readers to see two things.</summary>
public sealed class StrictOpeningTests : IDisposable
{
    private static readonly byte[] SaltField = [0x7A, 0x20, .. new byte[32]];

    private readonly SomeParties _parties = new();
    private readonly SealingContext _context;
    private readonly EnvelopeOpener _opener;

    public StrictOpeningTests()
    {
        _context = _parties.NewContext();
        _opener = _parties.Opener;
    }

    public void Dispose()
    {
        _opener.Dispose();
        _context.Dispose();
        _parties.Dispose();
    }

    [Fact]
    public void The_least_payload_is_its_salt()
    {
        var opened = Open(Pad(SaltField));
        opened.Payload.Records.ShouldBeEmpty();
        opened.Payload.CommitmentSalt.ToByteArray().ShouldBe(new byte[32]);
        opened.PayloadCommitment.ShouldBe(PayloadCommitment.Compute(new byte[32], []).Value);
    }

    [Fact]
    public void A_padding_byte_that_is_not_zero_is_rejected()
    {
        for (var position = 4 + SaltField.Length; position < Padding.MinimumSize; position++)
        {
            var plaintext = Pad(SaltField);
            plaintext[position] = 1;
            FaultOfPlaintext(plaintext).ShouldBe(EnvelopeFault.PaddingInvalid);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(256)]
    public void Padding_of_another_size_than_Padmé_s_is_rejected(int more)
    {
        byte[] payload = [0x0A, 0xF4, 0x03, .. new byte[500], .. SaltField];
        var plaintext = Pad(payload);
        Open(plaintext).Payload.Records.Count.ShouldBe(1);
        Array.Resize(ref plaintext, plaintext.Length + more);
        FaultOfPlaintext(plaintext).ShouldBe(EnvelopeFault.PaddingInvalid);
    }

    [Fact]
    public void Answers_alone_are_padded_to_one_size_and_no_other()
    {
        var answer = new Answer { Assertion = "resident", Verdict = Verdict.False }.ToByteArray();
        byte[] payload = [0x12, (byte)answer.Length, .. answer, .. SaltField];

        FaultOfPlaintext(Pad(payload)).ShouldBe(EnvelopeFault.PaddingInvalid);
        var plaintext = Pad(payload);
        Array.Resize(ref plaintext, Padding.AnswersSize);
        Open(plaintext).Payload.Answers.ShouldHaveSingleItem().Verdict.ShouldBe(Verdict.False);
        Array.Resize(ref plaintext, Padding.AnswersSize + 256);
        FaultOfPlaintext(plaintext).ShouldBe(EnvelopeFault.PaddingInvalid);
    }

    [Theory]
    [InlineData(253u)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0xFFFFFFFFu)]
    public void A_length_beyond_the_plaintext_is_rejected(uint length)
    {
        var plaintext = Pad(SaltField);
        BinaryPrimitives.WriteUInt32BigEndian(plaintext, length);
        FaultOfPlaintext(plaintext).ShouldBe(EnvelopeFault.LengthInvalid);
    }

    [Fact]
    public void A_salt_that_is_missing_short_or_not_last_is_rejected()
    {
        FaultOfPlaintext(Pad([])).ShouldBe(EnvelopeFault.SaltMissing);
        FaultOfPlaintext(Pad([0x0A, 0x02, 1, 2])).ShouldBe(EnvelopeFault.SaltMissing);
        FaultOfPlaintext(Pad([0x7A, 0x1F, .. new byte[31]])).ShouldBe(EnvelopeFault.SaltMissing);
        FaultOfPlaintext(Pad([.. SaltField, 0x0A, 0x00])).ShouldBe(EnvelopeFault.SaltMissing);
        FaultOfPlaintext(Pad([.. SaltField, .. SaltField])).ShouldBe(EnvelopeFault.PayloadMalformed);
    }

    [Fact]
    public void A_payload_with_two_readings_is_rejected()
    {
        var terms = new Terms { LegalBasis = Format.V1.LegalBasis.Consent }.ToByteArray();
        var answer = new Answer { Assertion = "resident", Verdict = Verdict.True }.ToByteArray();
        byte[] record = [0x0A, 0x01, 0xAA];
        byte[] answerField = [0x12, (byte)answer.Length, .. answer];
        byte[] termsField = [0x1A, (byte)terms.Length, .. terms];
        Open(Pad([.. record, .. record, .. answerField, .. answerField, .. termsField, .. SaltField])).Payload.Answers.Count.ShouldBe(2);

        byte[][] payloads =
        [
            [.. termsField, .. record],                          // descending
            [.. answerField, .. record],
            [.. termsField, .. termsField],                      // twice
            [.. record, 0x22, 0x00],                             // unknown field
            [0x08, 0x01],                                        // another wire type
            [0x0A, 0x81, 0x00, 0xAA],                            // a length longer than need be
            [0x0A, 0x80, 0x00],
            [0x8A, 0x00, 0x01, 0xAA],                            // a key longer than need be
            [0x0A, 0x80],                                        // a length cut off by the salt's field
            [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],                // a length of more than 31 bits
            [0x0A, 0x40],                                        // into the salt
            [0x0A],
            [0x1A, 0x02, 0x08, 0x00],                            // an explicit zero within terms
            [0x1A, 0x03, 0x7A, 0x01, 0x00],                      // an unknown field within terms
            [0x1A, 0x03, 0x12, 0x01, 0xFF],                      // text that is not UTF-8
            [0x12, 0x04, 0x10, 0x01, 0x10, 0x02],                // a verdict twice
        ];
        foreach (var payload in payloads)
        {
            FaultOfPlaintext(Pad([.. payload, .. SaltField])).ShouldBe(EnvelopeFault.PayloadMalformed, Convert.ToHexString(payload));
        }
    }

    [Fact]
    public void A_header_with_two_readings_is_rejected()
    {
        var header = _parties.Header(TransferId.New()).ToByteArray();
        byte[][] headers =
        [
            [],
            [.. header, 0x80, 0x01, 0x01],                       // unknown field 16
            [.. header, 0x78, 0x01],                             // last_page twice
            [0x08, 0x01, .. header],                             // format_version twice
            [.. header[..^2], 0x78, 0x00],                       // an explicit zero
            [0x08, 0x81, 0x00, .. header[2..]],                  // a longer varint
            [.. header[2..], .. header[..2]],                    // another order
        ];
        foreach (var bytes in headers)
        {
            FaultOfHeader(bytes).ShouldBe(EnvelopeFault.HeaderMalformed, Convert.ToHexString(bytes));
        }
    }

    [Fact]
    public void A_header_field_of_the_wrong_size_or_form_is_rejected()
    {
        Action<TransferHeader>[] mistakes =
        [
            header => header.TransferId = ByteString.CopyFrom(new byte[15]),
            header => header.RequestId = ByteString.CopyFrom(new byte[17]),
            header => header.DescriptorDigest = ByteString.CopyFrom(new byte[31]),
            header => header.PolicyDigest = ByteString.Empty,
            header => header.RecipientKeyId = ByteString.CopyFrom(new byte[33]),
            header => header.Origin = string.Empty,
            header => header.Origin = new string('o', 256),
            header => header.Provider = "bazaar",
            header => header.Consumer = "tax-service",
            header => header.Dataset = "Purchases",
            header => header.Purpose = string.Empty,
            header => header.IssueTime = 0,
            header => header.IssueTime = -1,
            header => header.ExpireTime = -1,
            header => header.PageNumber = 0,
        ];
        foreach (var mistake in mistakes)
        {
            var header = _parties.Header(TransferId.New());
            mistake(header);
            FaultOfHeader(header.ToByteArray()).ShouldBe(EnvelopeFault.HeaderMalformed, header.ToString());
        }
    }

    [Fact]
    public void An_unknown_version_is_named_as_such()
    {
        var header = _parties.Header(TransferId.New());
        header.FormatVersion = 2;
        FaultOfHeader(header.ToByteArray()).ShouldBe(EnvelopeFault.VersionUnknown);
        FaultOfHeader([.. header.ToByteArray(), 0x80, 0x01, 0x01]).ShouldBe(EnvelopeFault.VersionUnknown);
    }

    private OpenedEnvelope Open(byte[] plaintext) => _opener.Open(SomeParties.Seal(_context, _parties.Header(TransferId.New()), plaintext));

    private EnvelopeFault FaultOfPlaintext(byte[] plaintext) => Should.Throw<EnvelopeRejectedException>(() => Open(plaintext)).What;

    private EnvelopeFault FaultOfHeader(byte[] header)
    {
        var envelope = SomeParties.Seal(_context, TransferId.New(), header, Pad(SaltField));
        return Should.Throw<EnvelopeRejectedException>(() => _opener.Open(envelope)).What;
    }

    private static byte[] Pad(byte[] payload)
    {
        var plaintext = new byte[Padding.PaddedSize(4 + payload.Length)];
        BinaryPrimitives.WriteUInt32BigEndian(plaintext, (uint)payload.Length);
        payload.CopyTo(plaintext.AsSpan(4));
        return plaintext;
    }
}
