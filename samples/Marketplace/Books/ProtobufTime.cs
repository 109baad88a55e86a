using Google.Protobuf.WellKnownTypes;

namespace Exchange.Samples.Marketplace.Books;

/// <summary>Between the datasets' timestamps and the API's microseconds.</summary>
internal static class ProtobufTime
{
    private const long MicrosecondsPerSecond = 1_000_000;
    private const long NanosecondsPerMicrosecond = 1_000;

    internal static long ToMicroseconds(this Timestamp time) =>
        (time.Seconds * MicrosecondsPerSecond) + (time.Nanos / NanosecondsPerMicrosecond);
}
