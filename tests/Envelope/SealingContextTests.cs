using System.Security.Cryptography;
using System.Text;
using Exchange.Envelopes;
using Exchange.Vocabulary;

namespace Exchange.Envelope.Tests;

public sealed class SealingContextTests : IDisposable
{
    private readonly SomeParties _parties = new();

    public void Dispose() => _parties.Dispose();

    [Fact]
    public void Many_threads_seal_with_one_context_and_open_with_one_opener()
    {
        const int messages = 2000;
        using var context = _parties.NewContext();
        using var opener = _parties.Opener;
        var sealings = new Format.V1.Envelope[messages];
        Parallel.For(0, messages, i => sealings[i] = SealNumber(context, i));

        // In any order: there is no counter to keep.
        Parallel.For(0, messages, i =>
        {
            var number = messages - 1 - i;
            opener.Open(sealings[number]).Payload.Records.ShouldHaveSingleItem().ToStringUtf8().ShouldBe($"message {number}");
        });
        sealings.Select(envelope => envelope.Ciphertext).Distinct().Count().ShouldBe(messages);
        sealings.Select(envelope => envelope.EncapsulatedKey).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public void More_contexts_than_an_opener_remembers_open_again_and_again()
    {
        using var opener = _parties.Opener;
        var envelopes = Enumerable.Range(0, 150).Select(number =>
        {
            using var context = _parties.NewContext();
            return SealNumber(context, number);
        }).ToArray();
        for (var round = 0; round < 2; round++)
        {
            for (var number = 0; number < envelopes.Length; number++)
            {
                opener.Open(envelopes[number]).Payload.Records[0].ToStringUtf8().ShouldBe($"message {number}");
            }
        }
    }

    [Fact]
    public void A_context_that_was_disposed_of_seals_nothing()
    {
        var context = _parties.NewContext();
        context.Dispose();
        Should.Throw<ObjectDisposedException>(() => context.Seal(TransferId.New(), [], new byte[16], new byte[16]));
    }

    [Fact]
    public void A_key_on_another_curve_is_refused()
    {
        // Its coordinates have 32 bytes too: only the curve's name tells it from P-256.
        var koblitz = ECCurve.CreateFromValue("1.3.132.0.10");
        using var key = ECDiffieHellman.Create(koblitz);
        Should.Throw<ArgumentException>(() => RecipientKey.FromParameters(key.ExportParameters(false)));
        Should.Throw<ArgumentException>(() => RecipientKey.FromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo()));
        Should.Throw<ArgumentException>(() => new EnvelopeOpener(key, SomeParties.Consumer));
    }

    [Fact]
    public void A_key_reads_alike_from_its_two_forms()
    {
        var encoded = _parties.EncryptionKey.ExportSubjectPublicKeyInfo();
        RecipientKey.FromSubjectPublicKeyInfo(encoded).KeyId.ShouldBe(_parties.Recipient.KeyId);
        Should.Throw<ArgumentException>(() => RecipientKey.FromSubjectPublicKeyInfo([.. encoded, 0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public void An_origin_is_1_to_255_bytes(int length) =>
        Should.Throw<ArgumentException>(() => SealingContext.Create(_parties.Recipient, new string('o', length), SomeParties.Consumer));

    private Format.V1.Envelope SealNumber(SealingContext context, int number)
    {
        using var writer = new PlaintextWriter();
        writer.EndRecord(Encoding.UTF8.GetBytes($"message {number}", writer.BeginRecord(64)));
        writer.Finish();
        return SomeParties.Seal(context, _parties.Header(TransferId.New()), writer.Plaintext);
    }
}
