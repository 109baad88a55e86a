using BenchmarkDotNet.Attributes;
using Grpc.Core.Wire;

namespace Exchange.Benches.Micro.Grpc;

/// <summary>The value of <c>grpc-message</c> and back.</summary>
public class StatusMessages
{
    private const string Ascii = "The rule does not permit these fields: buyer.name, buyer.birth_date.";
    private const string Cyrillic = "Правило не разрешает этих полей: buyer.name, buyer.birth_date.";

    private readonly string _encoded = StatusMessage.Encode(Cyrillic);

    [Benchmark]
    public string EncodeAscii() => StatusMessage.Encode(Ascii);

    [Benchmark]
    public string EncodeCyrillic() => StatusMessage.Encode(Cyrillic);

    [Benchmark]
    public string DecodeAscii() => StatusMessage.Decode(Ascii);

    [Benchmark]
    public string DecodeCyrillic() => StatusMessage.Decode(_encoded);
}
