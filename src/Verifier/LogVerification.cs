using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Proofs.Verification;
using Exchange.Verifier.Logs;

namespace Exchange.Verifier;

/// <summary>Verifies a log as it lies on disk: a node's data directory, running or not, a copy of it, or a single segment.</summary>
public static class LogVerification
{
    /// <summary>Verifies the segments of a directory in the order of the log, or one segment file alone.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static VerificationReport Run(string path, LogVerifierOptions options)
    {
        using var verifier = new LogVerifier(options with { MayBePart = options.MayBePart || File.Exists(path) });
        foreach (var file in SegmentFiles(path))
        {
            using var segment = new SegmentFile(file);
            if (!verifier.Add(segment))
            {
                break;
            }
        }

        return verifier.Complete();
    }

    private static IEnumerable<string> SegmentFiles(string path) => File.Exists(path)
        ? [path]
        : Directory.EnumerateFiles(path)
            .Where(file => SegmentLayout.TryParseFileName(Path.GetFileName(file), out _))
            .Order(StringComparer.Ordinal);
}
