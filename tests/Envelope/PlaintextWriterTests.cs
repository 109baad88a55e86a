using System.Buffers.Binary;
using Exchange.Envelopes;
using Exchange.Format.V1;
using Google.Protobuf;

namespace Exchange.Envelope.Tests;

public sealed class PlaintextWriterTests
{
    private static readonly byte[] Salt = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    [Fact]
    public void A_plaintext_holds_the_payload_as_Google_serialises_it_for_random_contents()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 500; round++)
        {
            var payload = RandomPayload(random);
            using var writer = new PlaintextWriter(random.Next(2) == 0 ? 0 : 100_000);
            var commitment = Write(writer, payload, random);

            var expected = payload.ToByteArray();
            var plaintext = writer.Plaintext.ToArray();
            BinaryPrimitives.ReadUInt32BigEndian(plaintext).ShouldBe((uint)expected.Length);
            plaintext.AsSpan(4, expected.Length).SequenceEqual(expected).ShouldBeTrue();
            plaintext.AsSpan(4 + expected.Length).ContainsAnyExcept((byte)0).ShouldBeFalse();
            writer.PaddedSize.ShouldBe(Padding.PaddedSize(4 + expected.Length, answersOnly: payload.Answers.Count > 0 && payload.Records.Count == 0));
            writer.RecordCount.ShouldBe(payload.Records.Count);
            commitment.ShouldBe(PayloadCommitment.Compute(Salt, expected.AsSpan(0, expected.Length - 34)));
        }
    }

    [Fact]
    public void Records_in_steady_state_allocate_nothing()
    {
        using var writer = new PlaintextWriter(1 << 20);
        WriteRecords(writer, 100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        WriteRecords(writer, 1000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        static void WriteRecords(PlaintextWriter writer, int count)
        {
            for (var i = 0; i < count; i++)
            {
                writer.BeginRecord(300)[..100].Fill((byte)i);
                writer.EndRecord(100);
            }
        }
    }

    [Fact]
    public void Salts_are_drawn_anew()
    {
        using var first = new PlaintextWriter();
        using var second = new PlaintextWriter();
        first.Finish().ShouldNotBe(second.Finish());
    }

    [Fact]
    public void What_a_pooled_buffer_held_before_shows_neither_in_padding_nor_in_the_tag_s_room()
    {
        // The pool hands the same array out again on the same thread; this one comes back full of another's bytes.
        var dirty = System.Buffers.ArrayPool<byte>.Shared.Rent(4096);
        dirty.AsSpan().Fill(0xEE);
        System.Buffers.ArrayPool<byte>.Shared.Return(dirty);

        using var writer = new PlaintextWriter();
        writer.Finish();
        writer.Plaintext[38..].ContainsAnyExcept((byte)0).ShouldBeFalse();
        writer.Tag.ContainsAnyExcept((byte)0).ShouldBeFalse();
    }

    [Fact]
    public void Fields_come_in_order_and_the_end_is_the_end()
    {
        using var writer = new PlaintextWriter();
        Should.Throw<InvalidOperationException>(() => writer.EndRecord(0));
        Should.Throw<InvalidOperationException>(() => writer.PaddedSize);
        writer.BeginRecord(10);
        Should.Throw<InvalidOperationException>(() => writer.BeginRecord(1));
        Should.Throw<InvalidOperationException>(() => writer.WriteTerms(new Terms()));
        Should.Throw<InvalidOperationException>(() => writer.Finish());
        Should.Throw<ArgumentOutOfRangeException>(() => writer.EndRecord(11));
        writer.EndRecord(0);
        writer.WriteTerms(new Terms());
        Should.Throw<InvalidOperationException>(() => writer.BeginRecord(1));
        Should.Throw<InvalidOperationException>(() => writer.WriteAnswer(new Answer()));
        Should.Throw<InvalidOperationException>(() => writer.WriteTerms(new Terms()));
        writer.Finish();
        Should.Throw<InvalidOperationException>(() => writer.Finish());

        writer.Dispose();
        Should.Throw<ObjectDisposedException>(() => writer.BeginRecord(1));
        Should.Throw<InvalidOperationException>(() => writer.Plaintext.Length);
    }

    [Fact]
    public void Plaintext_and_tag_lie_side_by_side_as_the_ciphertext_field()
    {
        using var writer = new PlaintextWriter();
        writer.Finish();
        writer.Plaintext[^1] = 0xAA;
        writer.Tag.Fill(0xBB);
        writer.Ciphertext.Length.ShouldBe(writer.PaddedSize + SealingContext.TagSize);
        writer.Ciphertext.Span[writer.PaddedSize - 1].ShouldBe((byte)0xAA);
        writer.Ciphertext.Span[^SealingContext.TagSize..].ContainsAnyExcept((byte)0xBB).ShouldBeFalse();
    }

    private static PayloadCommitment Write(PlaintextWriter writer, Payload payload, Random random)
    {
        foreach (var record in payload.Records)
        {
            // The room asked for is often wider than needed, by more than a byte of the length now and then.
            record.Span.CopyTo(writer.BeginRecord(record.Length + random.Next(3) switch { 0 => 0, 1 => random.Next(200), _ => 20_000 }));
            writer.EndRecord(record.Length);
        }

        foreach (var answer in payload.Answers)
        {
            writer.WriteAnswer(answer);
        }

        if (payload.Terms is not null)
        {
            writer.WriteTerms(payload.Terms);
        }

        return writer.Finish(Salt);
    }

    private static Payload RandomPayload(Random random)
    {
        var payload = new Payload { CommitmentSalt = ByteString.CopyFrom(Salt) };
        for (var count = random.Next(12); count > 0; count--)
        {
            var record = new byte[random.Next(4) switch { 0 => random.Next(4), 1 => 127 + random.Next(3), 2 => random.Next(2000), _ => 16_383 + random.Next(3) }];
            random.NextBytes(record);
            payload.Records.Add(ByteString.CopyFrom(record));
        }

        for (var count = random.Next(4); count > 0; count--)
        {
            payload.Answers.Add(new Answer { Assertion = new string('a', random.Next(200)), Verdict = (Verdict)random.Next(1, 4) });
        }

        if (random.Next(3) > 0)
        {
            payload.Terms = new Terms { LegalBasis = (Format.V1.LegalBasis)random.Next(8), Obligations = new Obligations { Retention = random.Next() } };
            for (var count = random.Next(30); count > 0; count--)
            {
                payload.Terms.Withheld.Add(new WithheldField { Path = $"buyer.field{count}", Reason = (WithheldReason)random.Next(1, 4) });
            }
        }

        return payload;
    }
}
