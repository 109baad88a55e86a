using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Node.Statistics;

/// <summary>
/// A frozen table as bytes (docs/formats.md, section 11): the message, then SHA-256 of a tag and the message, so that a damaged file is
/// found out rather than released.
/// </summary>
internal static class FrozenTableFile
{
    private const uint Version = 1;

    private static ReadOnlySpan<byte> Tag => "exchange.frozen-table.v1\0"u8;

    internal static byte[] Write(FrozenTable table)
    {
        var message = new Format.V1.FrozenTable
        {
            FormatVersion = Version,
            Provider = table.Partition.Provider.Value,
            Dataset = table.Partition.Dataset.Value,
            DescriptorDigest = UnsafeByteOperations.UnsafeWrap(table.Descriptor.ToArray()),
            Start = table.Partition.Start.Microseconds,
            End = table.Partition.End.Microseconds,
            MinimumContributors = (uint)table.MinimumContributors,
            Fields = { table.Fields },
            Cells = { table.Cells.Select(UnsafeByteOperations.UnsafeWrap) },
        };
        var length = message.CalculateSize();
        var file = new byte[length + Digest.Size];
        message.WriteTo(file.AsSpan(0, length));
        DigestOf(file.AsSpan(0, length)).CopyTo(file.AsSpan(length));
        return file;
    }

    /// <summary>False if the file is damaged, of another version, or speaks of another partition than its place says.</summary>
    internal static bool TryRead(ReadOnlyMemory<byte> file, in Partition partition, [NotNullWhen(true)] out FrozenTable? table)
    {
        table = null;
        var length = file.Length - Digest.Size;
        if (length < 0 || DigestOf(file.Span[..length]) != new Digest(file.Span[length..]))
        {
            return false;
        }

        var message = Format.V1.FrozenTable.Parser.ParseFrom(file.Span[..length]);
        if (message.FormatVersion != Version || message.DescriptorDigest.Length != Digest.Size
            || message.Provider != partition.Provider.Value || message.Dataset != partition.Dataset.Value
            || message.Start != partition.Start.Microseconds || message.End != partition.End.Microseconds)
        {
            return false;
        }

        var cells = message.Cells.Select(cell => cell.Memory).ToImmutableArray();
        table = new(partition, new(message.DescriptorDigest.Span), (int)message.MinimumContributors, [.. message.Fields], cells);
        return true;
    }

    private static Digest DigestOf(ReadOnlySpan<byte> message)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Tag);
        hash.AppendData(message);
        Span<byte> digest = stackalloc byte[Digest.Size];
        hash.GetHashAndReset(digest);
        return new(digest);
    }
}
