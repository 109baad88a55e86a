using System.Globalization;
using System.Text.Json;

namespace Exchange.Interop.Tests;

/// <summary>A fetch by the JavaScript program: where the node is, who asks, and for what.</summary>
internal sealed record NodeFetch
{
    /// <summary>Host and port; the host must be among the names of the node's certificate.</summary>
    internal required string Address { get; init; }

    /// <summary>File with the certificates that the node's may chain to.</summary>
    internal required string Anchor { get; init; }

    /// <summary>File with the member's certificate.</summary>
    internal required string Certificate { get; init; }

    /// <summary>File with the certificate's private key.</summary>
    internal required string Key { get; init; }

    /// <summary>File with the member's private encryption key, PKCS#8 in PEM.</summary>
    internal required string EncryptionKey { get; init; }

    /// <summary>File with the node's public receipt key, PEM.</summary>
    internal required string ReceiptKey { get; init; }

    internal required string Origin { get; init; }

    internal required string Provider { get; init; }

    internal required string Dataset { get; init; }

    internal required string Purpose { get; init; }

    internal required string Scheme { get; init; }

    internal required string Subject { get; init; }

    internal required IReadOnlyList<string> Fields { get; init; }

    /// <summary>[start, end) in microseconds since the epoch.</summary>
    internal required (long Start, long End) Period { get; init; }

    /// <summary>The dataset's proto, if the records are to be decoded; otherwise they come as hexadecimal.</summary>
    internal string? DatasetProto { get; init; }

    /// <summary>Exit code 0: fetched, opened, receipt sound. 1: refused or rejected, and the object says what.</summary>
    internal Task<(int ExitCode, JsonElement Output)> RunAsync() => NodeScript.RunAsync("fetch.mjs",
    [
        "--address", Address, "--anchor", Anchor, "--cert", Certificate, "--key", Key, "--encryption-key", EncryptionKey, "--receipt-key", ReceiptKey,
        "--origin", Origin, "--provider", Provider, "--dataset", Dataset, "--purpose", Purpose, "--scheme", Scheme, "--subject", Subject,
        "--fields", string.Join(',', Fields), "--protos", NodeScript.Protos,
        "--period-start", Period.Start.ToString(CultureInfo.InvariantCulture), "--period-end", Period.End.ToString(CultureInfo.InvariantCulture),
        .. DatasetProto is null ? Array.Empty<string>() : ["--dataset-proto", DatasetProto],
    ]);
}
