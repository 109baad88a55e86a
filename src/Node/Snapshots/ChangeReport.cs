using Exchange.Vocabulary;

namespace Exchange.Node.Snapshots;

/// <summary>What changed, as JSON in UTF-8, kept by digest: the entry of the change names it.</summary>
internal sealed class ChangeReport(byte[] content)
{
    internal ReadOnlyMemory<byte> Content { get; } = content;

    internal Digest Digest { get; } = Digest.Of(content);
}
