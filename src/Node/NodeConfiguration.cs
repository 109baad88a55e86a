using System.Net;
using Exchange.Vocabulary;

namespace Exchange.Node;

/// <summary>What <c>node.yaml</c> says, validated. Paths are absolute or relative to the working folder, not to the file any more.</summary>
public sealed record NodeConfiguration
{
    /// <summary>The name of this node's log, for instance <c>exchange.test/node-1</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>The node's own id, the URI of its certificate.</summary>
    public required MemberId Id { get; init; }

    /// <summary>Where members connect: mutual TLS 1.3 and HTTP/2. Port 0 takes a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Where the operator's probes connect: plain HTTP, loopback only. Port 0 takes a free one.</summary>
    public required IPEndPoint Operations { get; init; }

    /// <summary>The folder of log, consent store and snapshots.</summary>
    public required string Data { get; init; }

    /// <summary>PEM file of the node's certificate, issued by the members' anchor itself: certificates between are not sent.</summary>
    public required string Certificate { get; init; }

    /// <summary>PEM file of the certificate's private key.</summary>
    public required string CertificateKey { get; init; }

    /// <summary>PEM file of the P-256 private key that signs receipts.</summary>
    public required string ReceiptKey { get; init; }

    /// <summary>PEM file of the Ed25519 private key that signs checkpoints.</summary>
    public required string CheckpointEd25519Key { get; init; }

    /// <summary>PEM file of the P-256 private key that signs checkpoints.</summary>
    public required string CheckpointEcdsaKey { get; init; }

    /// <summary>The private keys that were in use before, while a change of keys is under way.</summary>
    public FormerKeys Former { get; init; } = new();

    /// <summary>File with the 32-byte master key, base64.</summary>
    public required string MasterKey { get; init; }

    /// <summary>The member registry.</summary>
    public required string Members { get; init; }

    /// <summary>A policy file, or a folder of them.</summary>
    public required string Policy { get; init; }

    /// <summary>A folder of descriptor sets.</summary>
    public required string Datasets { get; init; }

    /// <summary>Limits; each has a default.</summary>
    public NodeLimits Limits { get; init; } = new();

    /// <summary>How the node notices that members, datasets or policy changed.</summary>
    public ReloadTerms Reload { get; init; } = new();

    /// <summary>When checkpoints are signed.</summary>
    public CheckpointTerms Checkpoints { get; init; } = new();

    /// <summary>How long entries are kept.</summary>
    public RetentionTerms Retention { get; init; } = new();
}

/// <summary>The section <c>keys.former</c>: each key that is being replaced, null where none is.</summary>
public sealed record FormerKeys
{
    /// <summary>PEM file of the receipt key before.</summary>
    public string? Receipt { get; init; }

    /// <summary>PEM file of the Ed25519 checkpoint key before.</summary>
    public string? CheckpointEd25519 { get; init; }

    /// <summary>PEM file of the ECDSA checkpoint key before.</summary>
    public string? CheckpointEcdsa { get; init; }
}

/// <summary>The section <c>checkpoints</c>.</summary>
public sealed record CheckpointTerms
{
    /// <summary>How often a checkpoint is signed, if the log has grown since the last.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>The section <c>retention</c>.</summary>
public sealed record RetentionTerms
{
    /// <summary>How long entries are kept at least before the oldest are removed; null: for ever.</summary>
    public TimeSpan? Entries { get; init; }
}

/// <summary>The section <c>reload</c>.</summary>
public sealed record ReloadTerms
{
    /// <summary>How often the files are looked at; zero: only when the node is told to.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>The section <c>limits</c>.</summary>
public sealed record NodeLimits
{
    /// <summary>The most bytes that a provider may answer with for one page. Below 4 MiB, what foreign gRPC clients accept by default, with padding.</summary>
    public int PageBytes { get; init; } = 3 * 1024 * 1024;

    /// <summary>Records a page when the request does not say.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>Most records a page.</summary>
    public int MaximumPageSize { get; init; } = 1000;

    /// <summary>Most pages of a provider's answer, where a transfer takes them all.</summary>
    public int AnswerPages { get; init; } = 1000;

    /// <summary>Most records of all those pages together.</summary>
    public int AnswerRecords { get; init; } = 100_000;

    /// <summary>Most bytes of all those pages together.</summary>
    public long AnswerBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>How long a transfer may take when the caller sets no deadline.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long before the caller's deadline the node gives up on a provider, so that the refusal still arrives; a quarter of what is left if that is less.</summary>
    public TimeSpan AnswerReserve { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Calls at the same time on one connection.</summary>
    public int StreamsPerConnection { get; init; } = 100;

    /// <summary>Connections at the same time, of all members together: each holds a file descriptor, and the log needs some.</summary>
    public int Connections { get; init; } = 4096;

    /// <summary>How long a member's connection lives at most, up to a tenth less; then it is told to go away, and calls under way end first.</summary>
    public TimeSpan ConnectionAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long calls under way may still take once their connection, or the node, is told to end; then they are cut.</summary>
    public TimeSpan CloseGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection may be silent before it is asked whether anybody is there (HTTP/2 PING).</summary>
    public TimeSpan PingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the answer to that may take before the connection is closed.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of one log segment file.</summary>
    public long SegmentBytes { get; init; } = 64L * 1024 * 1024;
}
