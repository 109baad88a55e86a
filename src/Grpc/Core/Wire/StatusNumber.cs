using System.Globalization;

namespace Grpc.Core.Wire;

/// <summary>The value of <c>grpc-status</c>: decimal, without leading zeros (PROTOCOL-HTTP2.md, "Status").</summary>
internal static class StatusNumber
{
    private const int Count = (int)StatusCode.Unauthenticated + 1;

    private static readonly string[] Known = [.. Enumerable.Range(0, Count).Select(code => code.ToString(CultureInfo.InvariantCulture))];

    public static string Encode(StatusCode code) =>
        (uint)code < Count ? Known[(int)code] : ((int)code).ToString(CultureInfo.InvariantCulture);

    /// <summary>What is no known code is <see cref="StatusCode.Unknown"/> (statuscodes.md).</summary>
    public static StatusCode Decode(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code < Count ? (StatusCode)code : StatusCode.Unknown;
}
