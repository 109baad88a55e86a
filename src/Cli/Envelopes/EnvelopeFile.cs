using Exchange.Format.V1;
using Google.Protobuf;

namespace Exchange.Cli.Envelopes;

/// <summary>An envelope in a file, as it came from the node.</summary>
internal static class EnvelopeFile
{
    internal const string Extension = ".envelope";

    internal static Envelope Read(string path)
    {
        try
        {
            return Envelope.Parser.ParseFrom(File.ReadAllBytes(path));
        }
        catch (InvalidProtocolBufferException fault)
        {
            throw new InvalidDataException($"{path} is no envelope: {fault.Message}", fault);
        }
    }
}
