using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Exchange.Audit.Proofs.Notes;
using Exchange.Audit.Storage;
using Exchange.Vocabulary;

namespace Exchange.Audit.Checkpoints;

/// <summary>
/// Signed checkpoints in files, each a note named by its size in 20 decimal digits, there whole or not at all. When they were signed stands in
/// <c>times</c>, which may be lost: it decides about the keeping alone.
/// </summary>
internal sealed class CheckpointFiles(ILogStorage storage)
{
    private const string UnfinishedName = "unfinished";
    private const string TimesName = "times";
    private const int Digits = 20;
    private const int RecordBytes = 2 * sizeof(ulong);

    internal static string NameOf(ulong size) => size.ToString("D20", CultureInfo.InvariantCulture);

    /// <summary>Where a checkpoint's file is, for messages.</summary>
    internal string PathOf(ulong size) => $"{storage.Location}/{NameOf(size)}";

    /// <summary>The sizes in ascending order.</summary>
    internal List<ulong> Sizes()
    {
        if (storage.List().Contains(UnfinishedName))
        {
            storage.Delete(UnfinishedName);
        }

        return [.. storage.List().Where(IsName).Select(name => ulong.Parse(name, CultureInfo.InvariantCulture)).Order()];
    }

    /// <summary>When checkpoints were signed, as far as it is known.</summary>
    internal Dictionary<ulong, Instant> ReadTimes()
    {
        var times = new Dictionary<ulong, Instant>();
        if (!storage.List().Contains(TimesName))
        {
            return times;
        }

        using var file = storage.Open(TimesName);
        var bytes = new byte[file.Length];
        var read = file.Read(0, bytes);
        for (var at = 0; at + RecordBytes <= read; at += RecordBytes)
        {
            times[BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(at))] = new Instant(BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at + sizeof(ulong))));
        }

        return times;
    }

    /// <summary>Notes when checkpoints were signed, in place of what was noted before.</summary>
    internal void WriteTimes(IEnumerable<KeyValuePair<ulong, Instant>> times)
    {
        var bytes = new List<byte>();
        Span<byte> record = stackalloc byte[RecordBytes];
        foreach (var (size, time) in times)
        {
            BinaryPrimitives.WriteUInt64BigEndian(record, size);
            BinaryPrimitives.WriteInt64BigEndian(record[sizeof(ulong)..], time.Microseconds);
            bytes.AddRange(record);
        }

        using var file = storage.List().Contains(TimesName) ? storage.Open(TimesName) : storage.Create(TimesName, 0);
        file.Write(0, [.. bytes]);
        file.SetLength(bytes.Count);
    }

    /// <summary>Reads a checkpoint's note; false, with what is wrong, when the file is none.</summary>
    internal bool TryRead(ulong size, [NotNullWhen(true)] out SignedNote? note, out string problem)
    {
        using var file = storage.Open(NameOf(size));
        var bytes = new byte[(int)Math.Min(file.Length, SignedNote.MaximumBytes + 1)];
        return SignedNote.TryParse(bytes.AsSpan(0, file.Read(0, bytes)), out note, out problem);
    }

    /// <summary>Writes a checkpoint. When this returns it survives a power loss; before, there is no file of its name, or the whole.</summary>
    internal void Write(ulong size, SignedNote note)
    {
        var bytes = note.ToBytes();
        if (storage.List().Contains(UnfinishedName))
        {
            storage.Delete(UnfinishedName);
        }

        using (var file = storage.Create(UnfinishedName, bytes.Length))
        {
            file.Write(0, bytes);
            file.Sync();
        }

        if (storage.List().Contains(NameOf(size)))
        {
            storage.Delete(NameOf(size)); // Of an attempt that failed in its last step; nobody was given it.
        }

        storage.Rename(UnfinishedName, NameOf(size));
        storage.SyncDirectory();
    }

    internal void Delete(ulong size) => storage.Delete(NameOf(size));

    private static bool IsName(string name) => name.Length == Digits && ulong.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
