using System.Globalization;
using Exchange.Audit.Proofs.Publication;
using Exchange.V1;

namespace Exchange.Client.Auditing;

/// <summary>
/// The folder that an export comes into. A file gets its name when it is whole; which was the last stands in a file beside them, so that an
/// export that was interrupted goes on behind it. That file goes when the checkpoint, the last of all, is there.
/// </summary>
internal sealed class ExportTarget : IDisposable
{
    private const string Unfinished = ".new";
    private const string StateFile = "export-state";
    private const string Tiles = "tile";

    private readonly string _folder;
    private readonly string _wanted;
    private FileStream? _file;
    private string _path = string.Empty;

    internal ExportTarget(string folder, LogExportRange range)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        _wanted = string.Create(CultureInfo.InvariantCulture, $"{range.FirstIndex} {range.EndIndex} {range.Linkage}");
        CheckpointSize = range.CheckpointSize;
        if (File.Exists(State) && File.ReadAllLines(State) is [var wanted, var size, var after] && wanted == _wanted && ulong.TryParse(size, CultureInfo.InvariantCulture, out var known)
            && (range.CheckpointSize == 0 || range.CheckpointSize == known))
        {
            (CheckpointSize, After) = (known, after);
        }
    }

    /// <summary>Of which checkpoint the export is; 0 as long as nothing has come.</summary>
    internal ulong CheckpointSize { get; private set; }

    /// <summary>The last file that is whole; empty when none is.</summary>
    internal string After { get; private set; } = string.Empty;

    internal long Files { get; private set; }

    internal long Bytes { get; private set; }

    /// <summary>Whether the last file of all is there.</summary>
    internal bool IsDone { get; private set; }

    private string State => Path.Combine(_folder, StateFile);

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
        if (!IsDone && After.Length > 0)
        {
            SaveState();
        }
    }

    /// <summary>Takes the next part.</summary>
    /// <exception cref="ExchangeEvidenceException">It is no part of what was asked for.</exception>
    internal void Write(ExportedPart part)
    {
        if (_file is null)
        {
            Begin(part);
        }

        if (part.Path != _path || part.Offset != (ulong)_file!.Position || (CheckpointSize != 0 && part.CheckpointSize != CheckpointSize))
        {
            throw new ExchangeEvidenceException($"The node's export is out of order at '{part.Path}', offset {part.Offset}.");
        }

        _file.Write(part.Data.Span);
        Bytes += part.Data.Length;
        CheckpointSize = part.CheckpointSize;
        if (part.Last)
        {
            End();
        }
    }

    /// <summary>Forgets a file that has not come whole: it comes again.</summary>
    internal void Interrupt()
    {
        _file?.Dispose();
        _file = null;
        SaveState();
    }

    private void Begin(ExportedPart part)
    {
        // A node may be wrong or lie; what it names must not leave the folder, nor write over what somebody else keeps in it.
        var names = part.Path.Split('/');
        if (!names.All(IsPlain) || !IsPublished(names))
        {
            throw new ExchangeEvidenceException($"The node's export names a file '{part.Path}', which is no part of a published log.");
        }

        _path = part.Path;
        var file = Path.Combine(_folder, _path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        _file = new FileStream(file + Unfinished, FileMode.Create, FileAccess.Write);
    }

    private void End()
    {
        var file = Path.Combine(_folder, _path);
        IsDone = _path == PublishedPath.Checkpoint;
        _file!.Flush(flushToDisk: true);
        _file.Dispose();
        _file = null;
        File.Move(file + Unfinished, file, overwrite: true);
        (After, Files) = (_path, Files + 1);
        if (IsDone)
        {
            File.Delete(State);
        }
    }

    private void SaveState() => File.WriteAllLines(State, [_wanted, CheckpointSize.ToString(CultureInfo.InvariantCulture), After]);

    private static bool IsPublished(string[] names) => names is [PublishedPath.Checkpoint or PublishedPath.Linkage]
        or [PublishedPath.Checkpoints or PublishedPath.Snapshots or PublishedPath.Keys, _]
        or [PublishedPath.Batches or Tiles, _, ..];

    private static bool IsPlain(string name) =>
        name.Length > 0 && name[0] != '.' && !name.EndsWith(Unfinished, StringComparison.Ordinal) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_');
}
