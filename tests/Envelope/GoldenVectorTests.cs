using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Receipts;
using Exchange.Envelope.Tests.Hpke;
using Exchange.Envelopes;
using Exchange.Envelopes.Hpke;
using Exchange.Format.V1;
using Exchange.Tests;
using Exchange.Vocabulary;
using Exchange.Vocabulary.Hashing;

namespace Exchange.Envelope.Tests;

/// <summary>The worked example of docs/formats.md, both ways: what it takes gives its bytes, and its bytes give what it says.</summary>
public sealed class GoldenVectorTests : IDisposable
{
    private readonly JsonElement _vector;
    private readonly ECParameters _recipientKey;
    private readonly ECDsa _receiptKey;
    private readonly Format.V1.Envelope _envelope;

    public GoldenVectorTests()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Prerequisites.Repository, "tests", "vectors", "envelope-v1.json")));
        _vector = document.RootElement.Clone();
        _recipientKey = Key("recipient");
        _receiptKey = ECDsa.Create(Key("receipt"));
        _envelope = Format.V1.Envelope.Parser.ParseFrom(_vector.Hex("envelope"));
    }

    private JsonElement Header => _vector.GetProperty("header");

    private JsonElement Payload => _vector.GetProperty("payload");

    private JsonElement Encryption => _vector.GetProperty("encryption");

    public void Dispose() => _receiptKey.Dispose();

    [Fact]
    public void Sealing_gives_the_very_bytes()
    {
        using var writer = new PlaintextWriter();
        foreach (var record in Payload.GetProperty("records").EnumerateArray().Select(record => Convert.FromHexString(record.GetString()!)))
        {
            record.CopyTo(writer.BeginRecord(record.Length));
            writer.EndRecord(record.Length);
        }

        writer.WriteAnswer(Answer.Parser.ParseFrom(Convert.FromHexString(Payload.GetProperty("answers")[0].GetString()!)));
        writer.WriteTerms(Terms.Parser.ParseFrom(Payload.Hex("terms")));
        writer.Finish(Payload.Hex("commitment_salt")).Value.ToString().ShouldBe(Payload.Text("commitment"));
        writer.Plaintext.ToArray().ShouldBe(Payload.Hex("plaintext"));

        using var ephemeral = ECDiffieHellman.Create(Key("ephemeral"));
        using var context = SealingContext.Create(
            RecipientKey.FromParameters(_recipientKey), Header.Text("origin"), MemberId.Parse(Header.Text("consumer")), ephemeral);
        TransferId.TryParse(Header.Text("transfer_id"), out var id).ShouldBeTrue();
        context.Seal(id, Header.Hex("bytes"), writer.Plaintext, writer.Tag);

        context.EncapsulatedKey.ToArray().ShouldBe(Encryption.Hex("encapsulated_key"));
        writer.Ciphertext.ToArray().ShouldBe(Encryption.Hex("ciphertext"));
        _envelope.Ciphertext.ToByteArray().ShouldBe(Encryption.Hex("ciphertext"));
        _envelope.EncapsulatedKey.ToByteArray().ShouldBe(Encryption.Hex("encapsulated_key"));
        _envelope.Header.ToByteArray().ShouldBe(Header.Hex("bytes"));
    }

    [Fact]
    public void Opening_gives_what_the_example_says()
    {
        using var key = ECDiffieHellman.Create(_recipientKey);
        using var opener = new EnvelopeOpener(key, MemberId.Parse(Header.Text("consumer")));
        var opened = opener.Open(_envelope);

        opener.KeyId.ToString().ShouldBe(_vector.GetProperty("keys").Text("recipient_key_id"));
        opened.Header.TransferId.ToByteArray().ShouldBe(Header.Hex("transfer_id"));
        opened.Header.IssueTime.ShouldBe(Header.GetProperty("issue_time").GetInt64());
        opened.Header.LastPage.ShouldBeTrue();
        opened.Payload.Records.Select(record => Convert.ToHexStringLower(record.Span))
            .ShouldBe(Payload.GetProperty("records").EnumerateArray().Select(record => record.GetString()!));
        opened.Payload.Answers[0].Verdict.ShouldBe(Verdict.Undecided);
        opened.Payload.Terms.Withheld[0].Path.ShouldBe("buyer.phone");
        opened.PayloadCommitment.ToString().ShouldBe(Payload.Text("commitment"));
        opened.ObjectDigest.ToString().ShouldBe(Encryption.Text("object_digest"));
    }

    [Fact]
    public void Every_value_between_is_the_example_s()
    {
        var info = EncapsulationInfo.Write(Header.Text("origin"), MemberId.Parse(Header.Text("consumer")), KeyThumbprint.OfP256(_recipientKey));
        info.ShouldBe(Encryption.Hex("info"));

        using var recipient = ECDiffieHellman.Create(_recipientKey);
        P256Point.TryImport(Encryption.Hex("encapsulated_key"), out var ephemeral).ShouldBeTrue();
        var sharedSecret = new byte[Dhkem.SharedSecretSize];
        Dhkem.Agree(recipient, ephemeral.PublicKey, Encryption.Hex("encapsulated_key"), P256Point.Export(recipient), sharedSecret);
        sharedSecret.ShouldBe(Encryption.Hex("shared_secret"));
        var exporterSecret = new byte[LabeledHkdf.HashSize];
        KeySchedule.DeriveExporterSecret(sharedSecret, info, exporterSecret);
        exporterSecret.ShouldBe(Encryption.Hex("exporter_secret"));
        var keyAndNonce = new byte[44];
        KeySchedule.Export(new HmacSha256(exporterSecret), Encryption.Hex("exporter_context"), keyAndNonce);
        keyAndNonce.ShouldBe([.. Encryption.Hex("key"), .. Encryption.Hex("nonce")]);
    }

    [Fact]
    public void The_receipt_s_batch_is_the_example_s()
    {
        var batch = _vector.GetProperty("batch");
        var entry = Convert.FromHexString(batch.GetProperty("entries")[1].GetString()!);
        var receipt = _envelope.Receipt;
        new Digest(receipt.LeafHash.Span).ShouldBe(TreeHash.Leaf(entry));
        AuditEntry.Parser.ParseFrom(entry).ObjectDigest.ToByteArray().ShouldBe(Encryption.Hex("object_digest"));

        var leaves = batch.GetProperty("leaf_hashes").EnumerateArray().Select(leaf => new Digest(Convert.FromHexString(leaf.GetString()!))).ToArray();
        BatchStatement.LeafHash(receipt.LogOrigin, receipt.Index, TreeHash.Leaf(entry), new Digest(Encryption.Hex("object_digest"))).ShouldBe(leaves[1]);
        new SmallTree(leaves).Root.ToString().ShouldBe(batch.Text("root"));
        var statement = new byte[BatchStatement.Size];
        BatchStatement.Write(statement, 3, new Digest(batch.Hex("root")));
        statement.ShouldBe(batch.Hex("statement"));
        var keyId = _vector.GetProperty("keys").Text("receipt_key_id");
        KeyThumbprint.Of(_receiptKey).ToString().ShouldBe(keyId);
        receipt.Signature.ToByteArray().ShouldBe(batch.Hex("signature"));
        EnvelopeCheck.Check(_envelope, new ReceiptVerifier(), id => id.ToString() == keyId ? _receiptKey : null).ShouldBe(EnvelopeVerdict.Sound);
    }

    private ECParameters Key(string name)
    {
        var key = _vector.GetProperty("keys").GetProperty(name);
        return new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars(key.Text("x")), Y = Base64Url.DecodeFromChars(key.Text("y")) },
            D = Base64Url.DecodeFromChars(key.Text("d")),
        };
    }
}
