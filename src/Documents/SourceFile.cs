using System.Globalization;

namespace Exchange.Documents;

/// <summary>Reads a file whole, and says in plain words why it cannot.</summary>
public static class SourceFile
{
    /// <summary>The file's bytes; null with a sentence when it is missing, unreadable or larger than it may be.</summary>
    public static byte[]? Read(string file, int maximumSize, out string? mistake)
    {
        mistake = null;
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length > maximumSize)
            {
                mistake = string.Create(CultureInfo.InvariantCulture, $"larger than {maximumSize} bytes");
                return null;
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            mistake = fault switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                UnauthorizedAccessException => Directory.Exists(file) ? "is a folder, expected a file" : "may not be read by this user",
                _ => "cannot be read: " + fault.Message,
            };
            return null;
        }
    }
}
