using BenchmarkDotNet.Attributes;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Exchange.Benches.Micro.Grpc;

/// <summary>Metadata to header values and back.</summary>
public class MetadataValues
{
    private readonly Metadata.Entry _text = new("request-id", "0123456789abcdef0123456789abcdef");
    private readonly Metadata.Entry _bytes = new("exchange-signature-bin", new byte[64]);
    private readonly string _encoded = MetadataValue.Encode(new Metadata.Entry("exchange-signature-bin", new byte[64]));
    private readonly string _reserved = "grpc-accept-encoding";

    [Benchmark]
    public string WriteText() => MetadataValue.Encode(_text);

    [Benchmark]
    public string WriteBytes() => MetadataValue.Encode(_bytes);

    [Benchmark]
    public Metadata ReadText()
    {
        var metadata = new Metadata();
        MetadataValue.Decode(metadata, "request-id", _text.Value);
        return metadata;
    }

    [Benchmark]
    public Metadata ReadBytes()
    {
        var metadata = new Metadata();
        MetadataValue.Decode(metadata, "exchange-signature-bin", _encoded);
        return metadata;
    }

    [Benchmark]
    public bool TellReserved() => MetadataValue.IsReserved(_reserved);
}
