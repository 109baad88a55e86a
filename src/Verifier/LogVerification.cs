using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Proofs.Verification;
using Exchange.Audit.Proofs.Verification.Published;
using Exchange.Verifier.Logs;

namespace Exchange.Verifier;

/// <summary>
/// Verifies a log wherever it is: a node's data directory, running or not, or a copy of it; a single segment; a folder that was exported; a
/// running node.
/// </summary>
public static class LogVerification
{
    private const string LogFolder = "log";
    private const string TileFolder = "tile";

    /// <summary>Verifies a log.</summary>
    /// <param name="place">A folder of segments or of a published log, a segment file, or the address of a published log.</param>
    /// <param name="options">What it is held against. Snapshots, checkpoints and keys that lie beside the log are found here.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The linkage file is none.</exception>
    public static VerificationReport Run(string place, LogVerifierOptions options)
    {
        options = options with { Scratch = ScratchFile };
        if (AddressOf(place) is { } address)
        {
            using var site = new PublishedSite(address);
            return RunPublished(site, options);
        }

        // An export gets its checkpoint last: one that was interrupted has tiles and none.
        if (File.Exists(Path.Combine(place, PublishedPath.Checkpoint)) || Directory.Exists(Path.Combine(place, TileFolder)))
        {
            return RunPublished(new PublishedFolder(place), options);
        }

        var segments = SegmentFiles(place).ToList();
        var inside = Path.Combine(place, LogFolder);
        return segments.Count == 0 && Directory.Exists(inside)
            ? RunSegments(SegmentFiles(inside), WithWhatLiesBeside(inside, options))
            : RunSegments(segments, File.Exists(place) ? options with { MayBePart = true } : WithWhatLiesBeside(place, options));
    }

    /// <summary>Whether something may be verified: an address, a folder, a file.</summary>
    public static bool IsPlace(string place) => AddressOf(place) is not null || Path.Exists(place);

    private static VerificationReport RunPublished(IPublishedFiles files, LogVerifierOptions options)
    {
        using var linkage = options.Linkage ?? files.Open(PublishedPath.Linkage);
        using var verifier = new PublishedLogVerifier(files, options with { Linkage = linkage });
        return verifier.Run();
    }

    private static VerificationReport RunSegments(IEnumerable<string> files, LogVerifierOptions options)
    {
        using var verifier = new LogVerifier(options);
        foreach (var file in files)
        {
            using var segment = new SegmentFile(file);
            if (!verifier.Add(segment))
            {
                break;
            }
        }

        return verifier.Complete();
    }

    /// <summary>A node's data directory holds <c>log</c> and, beside it, what was made from the log or belongs to it.</summary>
    private static LogVerifierOptions WithWhatLiesBeside(string log, LogVerifierOptions options)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(log));
        if (options.Beside is not null || Path.GetFileName(path) != LogFolder || Path.GetDirectoryName(path) is not { } data)
        {
            return options;
        }

        var beside = new PublishedFolder(data);
        return options with { Beside = beside, ChecksSnapshots = options.ChecksSnapshots && beside.List(PublishedPath.Snapshots).Any() };
    }

    private static Uri? AddressOf(string place) =>
        Uri.TryCreate(place, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? address : null;

    private static IEnumerable<string> SegmentFiles(string path) => File.Exists(path)
        ? [path]
        : Directory.EnumerateFiles(path)
            .Where(file => SegmentLayout.TryParseFileName(Path.GetFileName(file), out _))
            .Order(StringComparer.Ordinal);

    /// <summary>A file that nobody else can open, and that is gone when it is closed, however the process ends.</summary>
    private static FileStream ScratchFile()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 1 << 16,
        });
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }

        return file;
    }
}
