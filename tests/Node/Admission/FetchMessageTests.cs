using System.Buffers;
using System.Text;
using Exchange.Node.Admission;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Node.Tests.Admission;

/// <summary>The request as the transfer path reads it, against the generated parser: the same of every message that either can read.</summary>
public sealed class FetchMessageTests
{
    private const int Seed = 20261122;

    private readonly FetchMessage _message = new();

    [Fact]
    public void Whatever_a_request_says_is_read_as_the_generated_parser_reads_it()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 3000; round++)
        {
            // Fields twice, in any order, unknown ones between them: serialised messages concatenate to a merged one.
            var parts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => SomeRequest(random).ToByteArray()).ToList();
            parts.Insert(random.Next(parts.Count), Unknown(random));
            MustAgree([.. parts.SelectMany(part => part)], $"round {round}");
        }
    }

    [Fact]
    public void Nothing_of_one_request_is_left_in_the_next()
    {
        Take(SomeRequest(new Random(Seed)).ToByteArray());
        _message.Forget();
        Take([]);

        _message.RequestId.Length.ShouldBe(0);
        _message.NodeOrigin.Length.ShouldBe(0);
        _message.SubjectValue.Length.ShouldBe(0);
        _message.PageToken.Length.ShouldBe(0);
        _message.Shape.Length.ShouldBe(0);
        (_message.IssueTime.Microseconds, _message.ExpireTime.Microseconds, _message.PeriodStart, _message.PeriodEnd, _message.PageSize, _message.Strict).ShouldBe((0, 0, 0, 0, 0u, false));
    }

    [Fact]
    public void Requests_about_different_subjects_have_one_shape_and_about_different_fields_two()
    {
        var request = SomeRequest(new Random(Seed));
        request.Subject = new Subject { Scheme = "inn", Value = "1" };
        var shape = ShapeOf(request);
        request.Subject.Value = "another";
        request.RequestId = ByteString.CopyFromUtf8("another");
        request.Period = new TimeRange { Start = 1, End = 2 };
        ShapeOf(request).ShouldBe(shape);

        request.Subject.Scheme = "snils";
        ShapeOf(request).ShouldNotBe(shape);
        request.Subject.Scheme = "inn";
        request.Strict = !request.Strict;
        ShapeOf(request).ShouldNotBe(shape);
        request.Strict = !request.Strict;
        request.Fields.Add("total");
        ShapeOf(request).ShouldNotBe(shape);
    }

    [Fact]
    public void Cut_off_or_damaged_bytes_are_refused_or_read_as_the_generated_parser_reads_them()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 3000; round++)
        {
            var bytes = SomeRequest(random).ToByteArray();
            var damaged = random.Next(2) == 0 ? bytes[..random.Next(bytes.Length)] : Flipped(bytes, random);
            FetchRequest generated;
            try
            {
                generated = FetchRequest.Parser.ParseFrom(damaged);
            }
            catch (InvalidProtocolBufferException)
            {
                continue; // What is no message may be refused here or understood as less: either way it is not more than was sent.
            }

            if (TryTake(damaged))
            {
                MustAgree(generated, $"round {round}");
            }
        }
    }

    private static FetchRequest SomeRequest(Random random) => new()
    {
        RequestId = Bytes(random, 16),
        NodeOrigin = Text(random),
        IssueTime = random.NextInt64(),
        ExpireTime = random.NextInt64(-5, 5),
        Provider = Text(random),
        Dataset = Text(random),
        Purpose = Text(random),
        Subject = random.Next(4) == 0 ? null : new Subject { Scheme = Text(random), Value = Text(random) },
        Fields = { Enumerable.Range(0, random.Next(6)).Select(_ => Text(random)) },
        Assertions = { Enumerable.Range(0, random.Next(2)).Select(_ => Text(random)) },
        Period = random.Next(3) == 0 ? null : new TimeRange { Start = random.NextInt64(-3, 3), End = random.NextInt64() },
        Strict = random.Next(2) == 0,
        PageSize = (uint)random.Next(0, 3) * (uint)random.Next(),
        PageToken = Bytes(random, random.Next(40)),
        KnownLogSize = (ulong)random.Next(),
    };

    private static string Text(Random random) => new([.. Enumerable.Range(0, random.Next(12)).Select(_ => "abcdйЖ漢./"[random.Next(9)])]);

    private static ByteString Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }

    /// <summary>Fields that nobody knows: a varint, four bytes, eight bytes, and a string.</summary>
    private static byte[] Unknown(Random random) => random.Next(4) switch
    {
        0 => [0xF8, 0x07, 0x05],
        1 => [0xFD, 0x07, 1, 2, 3, 4],
        2 => [0xF9, 0x07, 1, 2, 3, 4, 5, 6, 7, 8],
        _ => [0xFA, 0x07, 2, 9, 9],
    };

    private static byte[] Flipped(byte[] bytes, Random random)
    {
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    private byte[] ShapeOf(FetchRequest request)
    {
        Take(request.ToByteArray());
        return _message.Shape.ToArray();
    }

    private void MustAgree(byte[] bytes, string when)
    {
        Take(bytes);
        MustAgree(FetchRequest.Parser.ParseFrom(bytes), when);
    }

    private void MustAgree(FetchRequest generated, string when)
    {
        var shape = FetchRequest.Parser.ParseFrom(_message.Shape);
        var read = new FetchRequest
        {
            RequestId = ByteString.CopyFrom(_message.RequestId),
            NodeOrigin = Encoding.UTF8.GetString(_message.NodeOrigin),
            IssueTime = _message.IssueTime.Microseconds,
            ExpireTime = _message.ExpireTime.Microseconds,
            Provider = shape.Provider,
            Dataset = shape.Dataset,
            Purpose = shape.Purpose,
            Subject = shape.Subject is null ? null : new Subject { Scheme = shape.Subject.Scheme, Value = Encoding.UTF8.GetString(_message.SubjectValue) },
            Fields = { shape.Fields },
            Assertions = { shape.Assertions },
            Period = generated.Period is null ? null : new TimeRange { Start = _message.PeriodStart, End = _message.PeriodEnd },
            Strict = _message.Strict,
            PageSize = _message.PageSize,
            PageToken = ByteString.CopyFrom(_message.PageToken),
            KnownLogSize = generated.KnownLogSize,
        };
        shape.Strict.ShouldBe(_message.Strict, when);
        read.ToByteArray().ShouldBe(WithoutUnknown(generated).ToByteArray(), when);
    }

    private static FetchRequest WithoutUnknown(FetchRequest request)
    {
        var known = JsonParser.Default.Parse<FetchRequest>(JsonFormatter.Default.Format(request));
        return known;
    }

    private void Take(byte[] bytes)
    {
        _message.Forget();
        _message.Take(new ReadOnlySequence<byte>(bytes));
    }

    private bool TryTake(byte[] bytes)
    {
        try
        {
            Take(bytes);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
