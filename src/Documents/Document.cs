using System.Text;

namespace Exchange.Documents;

/// <summary>One YAML file, read whole: its bytes as they were read, and its content with positions.</summary>
public sealed class Document
{
    /// <summary>The most bytes a file may have; what people write by hand is far below.</summary>
    public const int MaximumSize = 4 * 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private Document(string file, ReadOnlyMemory<byte> bytes, DocumentValue root)
    {
        File = file;
        Bytes = bytes;
        Root = root;
    }

    /// <summary>The file as the caller named it.</summary>
    public string File { get; }

    /// <summary>The file's name without its folder.</summary>
    public string Name => Path.GetFileName(File);

    /// <summary>The bytes from which <see cref="Root"/> was read, so that a digest is of what was understood.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The content.</summary>
    public DocumentValue Root { get; }

    /// <summary>Reads a file; null when it cannot be read at all, with the reason among the diagnostics.</summary>
    public static Document? Read(string file, ICollection<Diagnostic> diagnostics) => Read(file, diagnostics, new SourceFiles());

    /// <summary>The same, and lets <paramref name="sources"/> remember what was read.</summary>
    public static Document? Read(string file, ICollection<Diagnostic> diagnostics, SourceFiles sources) =>
        sources.Read(file, MaximumSize, out var mistake) is { } bytes
            ? Parse(file, bytes, diagnostics)
            : Nothing(diagnostics, new(file, 0, 0, mistake!));

    /// <summary>Reads bytes as if they were the file's.</summary>
    public static Document? Parse(string file, ReadOnlyMemory<byte> bytes, ICollection<Diagnostic> diagnostics)
    {
        string text;
        try
        {
            text = StrictUtf8.GetString(bytes.Span);
        }
        catch (DecoderFallbackException invalid)
        {
            var before = bytes.Span[..Math.Max(invalid.Index, 0)];
            var line = before.Count((byte)'\n') + 1;
            return Nothing(diagnostics, new(file, line, before.Length - before.LastIndexOf((byte)'\n'), "not valid UTF-8"));
        }

        // A byte order mark is what some editors put first; it is not content.
        return YamlComposer.Compose(file, text.TrimStart('\uFEFF'), diagnostics) is { } root ? new Document(file, bytes, root) : null;
    }

    private static Document? Nothing(ICollection<Diagnostic> diagnostics, Diagnostic diagnostic)
    {
        diagnostics.Add(diagnostic);
        return null;
    }
}
