using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Exchange.Documents;

/// <summary>
/// What one load has looked at: files, with the digest of what stood in them, and folders, with the names in them. So it can be told later,
/// without understanding anything, whether another load would see something else. Safe for use by several threads.
/// </summary>
public sealed class SourceFiles
{
    private readonly ConcurrentDictionary<string, Look> _looks = new(StringComparer.Ordinal);

    /// <summary>A file's bytes; null with a sentence when it is missing, unreadable or larger than it may be.</summary>
    public byte[]? Read(string file, int maximumSize, out string? mistake)
    {
        var bytes = SourceFile.Read(file, maximumSize, out mistake);
        _looks[file] = new Look(SHA256.HashData(bytes ?? Encoding.UTF8.GetBytes(mistake!)), Again: () => FingerprintOf(file, maximumSize));
        return bytes;
    }

    /// <summary>The paths of a folder's files in the ordinal order of their names; none when it cannot be listed.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="pattern">Which files, for instance <c>*.yaml</c>.</param>
    public IReadOnlyList<string> List(string folder, string pattern)
    {
        var files = ListNow(folder, pattern);
        _looks[Path.Combine(folder, pattern)] = new Look(FingerprintOf(files), Again: () => FingerprintOf(ListNow(folder, pattern)));
        return files;
    }

    /// <summary>What was seen, as one digest in hexadecimal.</summary>
    public string Seen() => Combine(look => look.Fingerprint);

    /// <summary>What would be seen now at the same places. Equal to <see cref="Seen"/>: another load would understand the same.</summary>
    public string SeeAgain() => Combine(look => look.Again());

    private string Combine(Func<Look, byte[]> fingerprint)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (place, look) in _looks.OrderBy(look => look.Key, StringComparer.Ordinal))
        {
            all.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(place)));
            all.AppendData(fingerprint(look));
        }

        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    private static byte[] FingerprintOf(string file, int maximumSize) =>
        SHA256.HashData(SourceFile.Read(file, maximumSize, out var mistake) ?? Encoding.UTF8.GetBytes(mistake!));

    private static byte[] FingerprintOf(IReadOnlyList<string> files) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', files)));

    private static IReadOnlyList<string> ListNow(string folder, string pattern)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return []; // Gone, or closed to this user: it holds nothing that could be read.
        }
    }

    /// <summary>One look at a place.</summary>
    /// <param name="Fingerprint">SHA-256 of what was seen, or of the sentence why nothing was.</param>
    /// <param name="Again">The same of what is there now.</param>
    private sealed record Look(byte[] Fingerprint, Func<byte[]> Again);
}
