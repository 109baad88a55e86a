using System.Globalization;
using System.Text;
using Exchange.Audit.Storage;
using Exchange.Vocabulary;

namespace Exchange.Node.Statistics;

/// <summary>
/// The frozen tables on the disk, one file each. What is in a file was perhaps released, so a file is never written twice, and one that
/// cannot be read is an error and not a table that is not there.
/// </summary>
/// <param name="folder">Made when first needed.</param>
internal sealed class FrozenTables(string folder)
{
    private const string Extension = ".table";
    private const string Day = "yyyyMMdd";

    // Two partitions that contradict each other must not be frozen side by side.
    private readonly Lock _writing = new();

    /// <summary>The table of a partition; null if none is frozen.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal FrozenTable? Find(in Partition partition)
    {
        var path = Path.Combine(FolderOf(partition), NameOf(partition));
        if (!File.Exists(path))
        {
            return null;
        }

        return FrozenTableFile.TryRead(File.ReadAllBytes(path), partition, out var table)
            ? table
            : throw new InvalidDataException($"{path} is damaged");
    }

    /// <summary>Whether a table is frozen that shares a part of the period with this partition and is not its own.</summary>
    internal bool Contradicts(Partition partition)
    {
        var tables = FolderOf(partition);
        return Directory.Exists(tables)
            && Directory.EnumerateFiles(tables, "*" + Extension).Any(file => TryParse(Path.GetFileNameWithoutExtension(file), partition, out var other) && partition.Contradicts(other));
    }

    /// <summary>Makes a table durable; false if one of another partition has come before it that contradicts it.</summary>
    /// <exception cref="IOException">It could not be made durable.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    internal bool TryAdd(FrozenTable table)
    {
        lock (_writing)
        {
            if (Contradicts(table.Partition))
            {
                return false;
            }

            var tables = FolderOf(table.Partition);
            DurableFile.CreateFolder(tables);
            DurableFile.Write(Path.Combine(tables, NameOf(table.Partition)), FrozenTableFile.Write(table));
            return true;
        }
    }

    /// <summary>A member id is a URI and may be longer than a file's name.</summary>
    private string FolderOf(in Partition partition) =>
        Path.Combine(folder, partition.Dataset.Value, Digest.Of(Encoding.UTF8.GetBytes(partition.Provider.Value)).ToString());

    private static string NameOf(in Partition partition) => string.Create(
        CultureInfo.InvariantCulture, $"{partition.Start.ToDateTimeOffset().ToString(Day, CultureInfo.InvariantCulture)}-{partition.End.ToDateTimeOffset().ToString(Day, CultureInfo.InvariantCulture)}{Extension}");

    private static bool TryParse(string name, in Partition like, out Partition partition)
    {
        partition = default;
        if (name.Split('-') is not [var first, var last] || !TryParse(first, out var start) || !TryParse(last, out var end))
        {
            return false;
        }

        partition = like with { Start = start, End = end };
        return true;
    }

    private static bool TryParse(string day, out Instant start)
    {
        var isDay = DateTimeOffset.TryParseExact(day, Day, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time);
        start = isDay ? Instant.From(time) : default;
        return isDay;
    }
}
