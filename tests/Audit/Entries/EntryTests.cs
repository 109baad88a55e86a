using System.Text;
using Exchange.Audit.Proofs.Entries;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Audit.Tests.Entries;

public sealed class EntryTests
{
    private static readonly ulong[] Indexes = [0, 1, 127, 128, 16_383, 16_384, uint.MaxValue, ulong.MaxValue];

    [Fact]
    public void Prefix_and_body_are_the_canonical_serialisation_of_the_message()
    {
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var message = Some.Entry(random);
            var body = message.ToBody();
            message.Index = Indexes[i % Indexes.Length];
            message.PreviousLeafHash = ByteString.CopyFrom(i == 0 ? new byte[32] : Some.Bytes(random, 32));
            message.Time = i % 5 == 0 ? 0 : random.NextInt64();

            Prefixed(message, body).ShouldBe(message.ToByteArray());
        }
    }

    [Fact]
    public void The_reader_reads_what_the_parser_reads()
    {
        var random = new Random(2);
        for (var i = 0; i < 2000; i++)
        {
            var message = Some.Entry(random);
            message.Index = Indexes[i % Indexes.Length];
            message.PreviousLeafHash = ByteString.CopyFrom(Some.Bytes(random, 32));
            message.Time = random.NextInt64();

            EntryReader.TryRead(message.ToByteArray(), out var fields, out var problem).ShouldBeTrue(problem);

            fields.Index.ShouldBe(message.Index);
            fields.PreviousLeafHash.ToArray().ShouldBe(message.PreviousLeafHash.ToByteArray());
            fields.Time.Microseconds.ShouldBe(message.Time);
            fields.Kind.ShouldBe(message.Kind);
            (fields.ObjectDigest?.ToArray() ?? []).ShouldBe(message.ObjectDigest.ToByteArray());
            (fields.PayloadCommitment?.ToArray() ?? []).ShouldBe(message.PayloadCommitment.ToByteArray());
            fields.BoundDigest.ShouldBe(fields.ObjectDigest ?? Digest.Zero);
        }
    }

    [Fact]
    public void What_the_reader_accepts_is_its_own_canonical_serialisation()
    {
        var random = new Random(3);
        var accepted = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var message = Some.Entry(random);
            message.PreviousLeafHash = ByteString.CopyFrom(Some.Bytes(random, 32));
            var bytes = message.ToByteArray();
            bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            if (EntryReader.TryRead(bytes, out _, out _))
            {
                accepted++;
                AuditEntry.Parser.ParseFrom(bytes).ToByteArray().ShouldBe(bytes);
            }
        }

        accepted.ShouldBeInRange(1000, 19_000);
    }

    [Fact]
    public void Every_field_of_the_message_can_stand_in_an_entry()
    {
        var message = Some.Entry(new Random(4));
        message.PreviousLeafHash = ByteString.CopyFrom(new byte[32]);
        message.Assertions.Add(["seven", "eight", "seven"]);
        foreach (var field in AuditEntry.Descriptor.Fields.InDeclarationOrder().Where(field => !field.IsRepeated))
        {
            object? value = field.FieldType switch
            {
                Google.Protobuf.Reflection.FieldType.UInt64 => 7ul,
                Google.Protobuf.Reflection.FieldType.UInt32 => 7u,
                Google.Protobuf.Reflection.FieldType.Int64 => 7L,
                Google.Protobuf.Reflection.FieldType.String => "seven",
                Google.Protobuf.Reflection.FieldType.Bytes => ((ByteString)field.Accessor.GetValue(message)).IsEmpty
                    ? ByteString.CopyFrom([.. new byte[field.Name == "consent_tag" ? 47 : 31], 1])
                    : null,
                _ => null,
            };
            if (value is not null)
            {
                field.Accessor.SetValue(message, value);
            }
        }

        EntryReader.TryRead(message.ToByteArray(), out _, out var problem).ShouldBeTrue(problem);
    }

    [Theory]
    [InlineData("", "no kind")]
    [InlineData("2063", "kind 99 is unknown")]
    [InlineData("2000", "out of its range")]
    [InlineData("208100", "malformed")]
    [InlineData("2001 2a03010203", "transfer_id has 3 bytes, not 16")]
    [InlineData("2001 2001", "kind stands after field 4")]
    [InlineData("2001 4200", "consumer has 0 bytes")]
    [InlineData("2001 4202c328", "not UTF-8")]
    [InlineData("2001 6863 6001", "legal_basis stands after field 13")]
    [InlineData("2001 6063", "legal basis 99 is unknown")]
    [InlineData("2001 68ffffffff1f", "outcome holds")]
    [InlineData("2001 aa01020100", "without trailing zero bytes")]
    [InlineData("2001 f20100", "assertions has 0 bytes")]
    [InlineData("2001 f2010161 f20102c328", "assertions is not UTF-8")]
    [InlineData("2001 f2010161 420161", "consumer stands after field 30")]
    [InlineData("2001 42ff01", "runs past the entry's end")]
    [InlineData("2001 980601", "field 99 is unknown")]
    [InlineData("2001 2d01000000", "transfer_id is malformed")]
    public void A_malformed_body_is_told_what_is_wrong(string hex, string expected)
    {
        EntryReader.TryReadBody(Convert.FromHexString(hex.Replace(" ", string.Empty)), out _, out var problem).ShouldBeFalse();
        problem.ShouldContain(expected);
    }

    [Fact]
    public void A_queued_entry_binds_the_payload_commitment_its_sender_knows()
    {
        var random = new Random(5);
        var message = new AuditEntry
        {
            Kind = EntryKind.Queued,
            ObjectDigest = ByteString.CopyFrom(Some.Bytes(random, 32)),
            PayloadCommitment = ByteString.CopyFrom(Some.Bytes(random, 32)),
        };

        Some.Bound(message.ToBody()).ToArray().ShouldBe(message.PayloadCommitment.ToByteArray());
    }

    private static byte[] Prefixed(AuditEntry message, byte[] body)
    {
        var bytes = new byte[EntryCodec.MaximumPrefixBytes + body.Length];
        var length = EntryCodec.WritePrefix(bytes, message.Index, new Digest(message.PreviousLeafHash.Span), new Instant(message.Time));
        body.CopyTo(bytes, length);
        return bytes[..(length + body.Length)];
    }
}
