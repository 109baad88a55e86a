using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Documents;
using Exchange.Identity;
using Exchange.Vocabulary;

namespace Exchange.Node;

/// <summary>Reads <c>node.yaml</c>; every mistake at once, with its line.</summary>
public static class NodeConfigurationLoader
{
    private const int MaximumOriginLength = 255;
    private const int SectorBytes = 512;
    private static readonly TimeSpan ShortestReload = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TwelveMonths = TimeSpan.FromDays(366);

    /// <summary>The configuration; null when there are mistakes, which then stand among the diagnostics.</summary>
    public static NodeConfiguration? Load(string path, ICollection<Diagnostic> diagnostics)
    {
        var before = diagnostics.Count;
        if (Document.Read(path, diagnostics) is not { } document)
        {
            return null;
        }

        var configuration = Read(document.Root);
        return diagnostics.Count > before ? null : configuration;
    }

    /// <summary>Whatever is missing or wrong is null here, and among the diagnostics.</summary>
    private static NodeConfiguration Read(DocumentValue document)
    {
        using var root = document.Mapping();
        var origin = root.Required("origin").As<Origin>(Origin.TryParse, $"a log origin such as exchange.test/node-1, {MaximumOriginLength} characters at most");
        var id = root.Required("id").As<MemberId>(MemberId.TryParse, "the node's id, such as spiffe://exchange.test/ops/node-1");
        var listen = EndPoint(root.Required("listen"));
        var operations = Loopback(root.Required("operations"));
        var data = root.Required("data").FilePath();
        string? certificate, certificateKey;
        using (var tls = root.Required("tls").Mapping())
        {
            var named = tls.Required("certificate");
            certificate = ExistingFile(named);
            certificateKey = ExistingFile(tls.Required("key"));
            CheckCertificate(named, certificate, certificateKey, id);
        }

        var keys = NodeKeysReader.Read(root.Required("keys"));
        var members = root.Required("members").FilePath();
        var policy = root.Required("policy").FilePath();
        var datasets = root.Required("datasets").FilePath();
        var limits = Limits(root.Optional("limits"));
        var reload = Reload(root.Optional("reload"));
        var checkpoints = Checkpoints(root.Optional("checkpoints"));
        var retention = Retention(root.Optional("retention"));

        return new NodeConfiguration
        {
            Origin = origin.GetValueOrDefault().Value,
            Id = id.GetValueOrDefault(),
            Listen = listen!,
            Operations = operations!,
            Data = data!,
            Certificate = certificate!,
            CertificateKey = certificateKey!,
            ReceiptKey = keys.Receipt!,
            CheckpointEd25519Key = keys.CheckpointEd25519!,
            CheckpointEcdsaKey = keys.CheckpointEcdsa!,
            Former = keys.Former,
            MasterKey = keys.Master!,
            Members = members!,
            Policy = policy!,
            Datasets = datasets!,
            Limits = limits,
            Reload = reload,
            Checkpoints = checkpoints,
            Retention = retention,
        };
    }

    private static CheckpointTerms Checkpoints(DocumentValue value)
    {
        var defaults = new CheckpointTerms();
        using var checkpoints = value.Mapping();
        return new CheckpointTerms { Interval = checkpoints.Optional("interval").Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)) ?? defaults.Interval };
    }

    /// <summary>Twelve months are what those who must keep a log are asked for; whoever may keep it shorter says so in so many words.</summary>
    private static RetentionTerms Retention(DocumentValue value)
    {
        using var retention = value.Mapping();
        var named = retention.Optional("entries");
        var entries = named.Duration(TimeSpan.FromDays(1), TimeSpan.FromDays(36_500));
        if (entries < TwelveMonths && retention.Optional("less_than_twelve_months").Flag() is not true)
        {
            named.Refuse("an audit log is kept for twelve months at least: say 366d or more, or, if no law asks for it here, 'less_than_twelve_months: true' beside it");
        }

        return new RetentionTerms { Entries = entries };
    }

    private static ReloadTerms Reload(DocumentValue value)
    {
        var defaults = new ReloadTerms();
        if (!value.IsPresent)
        {
            return defaults;
        }

        using var reload = value.Mapping();
        var named = reload.Optional("interval");
        var interval = named.Duration(TimeSpan.Zero, TimeSpan.FromDays(1)) ?? defaults.Interval;
        if (interval > TimeSpan.Zero && interval < ShortestReload)
        {
            named.Refuse("the files are looked at every 100ms at most; 0s is never");
        }

        return new ReloadTerms { Interval = interval };
    }

    private static NodeLimits Limits(DocumentValue value)
    {
        var defaults = new NodeLimits();
        if (!value.IsPresent)
        {
            return defaults;
        }

        using var limits = value.Mapping();
        var segment = limits.Optional("segment_bytes");
        var segmentBytes = segment.ByteSize(2 * 1024 * 1024, 1024 * 1024 * 1024) ?? defaults.SegmentBytes;
        if (segmentBytes % SectorBytes != 0)
        {
            segment.Refuse(string.Create(CultureInfo.InvariantCulture, $"a segment is a whole number of sectors: a multiple of {SectorBytes} bytes"));
        }

        var largest = limits.Optional("maximum_page_size").Number(1, 10_000) ?? defaults.MaximumPageSize;
        var usual = limits.Optional("page_size");
        var pageSize = usual.Number(1, 10_000) ?? Math.Min(defaults.PageSize, largest);
        if (pageSize > largest)
        {
            usual.Refuse(string.Create(CultureInfo.InvariantCulture, $"page_size is {pageSize}, more than maximum_page_size, which is {largest}"));
        }

        return new NodeLimits
        {
            PageBytes = (int?)limits.Optional("page_bytes").ByteSize(64 * 1024, 64 * 1024 * 1024) ?? defaults.PageBytes,
            PageSize = pageSize,
            MaximumPageSize = largest,
            AnswerPages = limits.Optional("answer_pages").Number(1, 100_000) ?? defaults.AnswerPages,
            AnswerRecords = limits.Optional("answer_records").Number(1, 10_000_000) ?? defaults.AnswerRecords,
            AnswerBytes = limits.Optional("answer_bytes").ByteSize(64 * 1024, 1024 * 1024 * 1024) ?? defaults.AnswerBytes,
            Deadline = limits.Optional("deadline").Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)) ?? defaults.Deadline,
            StreamsPerConnection = limits.Optional("streams_per_connection").Number(1, 10_000) ?? defaults.StreamsPerConnection,
            Connections = limits.Optional("connections").Number(1, 100_000) ?? defaults.Connections,
            ConnectionAge = limits.Optional("connection_age").Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)) ?? defaults.ConnectionAge,
            CloseGrace = limits.Optional("close_grace").Duration(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)) ?? defaults.CloseGrace,
            PingDelay = limits.Optional("ping_delay").Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)) ?? defaults.PingDelay,
            PingTimeout = limits.Optional("ping_timeout").Duration(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)) ?? defaults.PingTimeout,
            SegmentBytes = segmentBytes,
        };
    }

    private static IPEndPoint? EndPoint(DocumentValue value) =>
        value.Text("an address and port such as 127.0.0.1:8443") is not { } text ? null
        : IPEndPoint.TryParse(text, out var endPoint) && text.Contains(':', StringComparison.Ordinal) ? endPoint
        : Refused(value, $"expected an address and port such as 127.0.0.1:8443, found '{text}'");

    private static IPEndPoint? Loopback(DocumentValue value) =>
        EndPoint(value) is not { } endPoint ? null
        : IPAddress.IsLoopback(endPoint.Address) ? endPoint
        : Refused(value, "the operations listener has no authentication, so it must be on a loopback address such as 127.0.0.1:8480");

    /// <summary>The path of a file that is there; otherwise null, and a mistake.</summary>
    internal static string? ExistingFile(DocumentValue value)
    {
        var path = value.FilePath();
        if (path is not null && !File.Exists(path))
        {
            value.Refuse($"there is no file {path}; 'exchange certs init' makes keys for development");
            return null;
        }

        return path;
    }

    /// <summary>A certificate that bears another id would fail every member's handshake; better to say so here.</summary>
    private static void CheckCertificate(DocumentValue named, string? certificate, string? key, MemberId? id)
    {
        if (certificate is null || key is null)
        {
            return; // Said already.
        }

        try
        {
            using var loaded = X509Certificate2.CreateFromPemFile(certificate, key);
            if (!CertificateIdentity.TryRead(loaded, out var borne))
            {
                named.Refuse($"{certificate} must bear exactly one URI, the node's id");
            }
            else if (id is { } own && borne != own)
            {
                named.Refuse($"{certificate} bears the id {borne}, but 'id' says {own}");
            }
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            named.Refuse($"{certificate} and {key} are not a certificate and its private key: {exception.Message}");
        }
    }

    private static IPEndPoint? Refused(DocumentValue value, string message)
    {
        value.Refuse(message);
        return null;
    }

    /// <summary>A log origin: what tlog-checkpoint calls the origin line, so no white space and no plus sign.</summary>
    private readonly record struct Origin(string Value)
    {
        internal static bool TryParse(string? text, out Origin origin)
        {
            origin = new Origin(text ?? string.Empty);
            return text is { Length: > 0 and <= MaximumOriginLength } && text.All(c => c is > ' ' and < '\x7F' and not '+');
        }
    }
}
