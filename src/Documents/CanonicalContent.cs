using System.Buffers;
using System.Globalization;
using System.Text;

namespace Exchange.Documents;

/// <summary>
/// Several files as one run of bytes, so that one digest fixes them all and anybody recomputes it with a shell: a line that names the
/// format, then for each file, in the ordinal order of names, a line <c># name size</c> and the file's bytes as they are.
/// </summary>
public static class CanonicalContent
{
    /// <summary>The concatenation. The size in each heading makes it unambiguous, whatever the files hold.</summary>
    public static byte[] Of(string format, IEnumerable<(string Name, ReadOnlyMemory<byte> Bytes)> files)
    {
        var content = new ArrayBufferWriter<byte>();
        content.Write(Encoding.UTF8.GetBytes(format + "\n"));
        foreach (var (name, bytes) in files.OrderBy(file => Encoding.UTF8.GetBytes(file.Name), Utf8Order))
        {
            content.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"# {name} {bytes.Length}\n")));
            content.Write(bytes.Span);
        }

        return content.WrittenSpan.ToArray();
    }

    // Bytes, as `LC_ALL=C sort` orders them; UTF-16 would differ beyond the basic plane.
    private static readonly Comparer<byte[]> Utf8Order = Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right));
}
