using System.Buffers;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;
using Exchange.Audit.Export.Lines;
using Exchange.Audit.Reading;
using Exchange.Audit.Storage;

namespace Exchange.Audit.Export;

/// <summary>
/// Writes entries as lines of text, into files of 65,536 entries that are named by what is in them, or into one stream. Lines are for looking and
/// searching; what proves them are the published files.
/// </summary>
public sealed class LineExport
{
    /// <summary>Entries a file, cut at multiples of it.</summary>
    public const ulong EntriesPerFile = 65_536;

    /// <summary>The file that says which log it is and how its lines are written, so that two exports do not end up in one folder.</summary>
    public const string About = "about.json";

    private const int FlushedBytes = 1024 * 1024;
    private const string Unfinished = ".new";

    private readonly LogReader _log;
    private readonly string _origin;
    private readonly Func<ILineFormat> _format;
    private long _written;
    private long _kept;
    private long _bytes;

    /// <summary>Prepares an export.</summary>
    /// <param name="log">The entries.</param>
    /// <param name="origin">The log's name.</param>
    /// <param name="format">Makes a format for one thread.</param>
    public LineExport(LogReader log, string origin, Func<ILineFormat> format) => (_log, _origin, _format) = (log, origin, format);

    /// <summary>Writes the entries [from, to) as one text.</summary>
    /// <param name="from">The first.</param>
    /// <param name="to">The index after the last.</param>
    /// <param name="destination">Given pieces of the text.</param>
    /// <param name="progress">Told how many entries more are written.</param>
    /// <param name="cancellation">Ends it.</param>
    public void Write(ulong from, ulong to, Action<ReadOnlyMemory<byte>> destination, Action<ulong>? progress = null, CancellationToken cancellation = default)
    {
        var format = _format();
        var lines = new ArrayBufferWriter<byte>();
        format.WriteHead(lines);
        using var entries = _log.Entries(from, to);
        for (var reported = from; ;)
        {
            var isMore = entries.MoveNext();
            if (isMore)
            {
                format.WriteLine(entries.Index, entries.Current, lines);
            }

            if (!isMore || lines.WrittenCount >= FlushedBytes)
            {
                cancellation.ThrowIfCancellationRequested();
                destination(lines.WrittenMemory);
                lines.ResetWrittenCount();
                var done = isMore ? entries.Index + 1 : to;
                progress?.Invoke(done - reported);
                reported = done;
            }

            if (!isMore)
            {
                return;
            }
        }
    }

    /// <summary>Writes the entries [from, to) into files of a folder; those that are there already are not written again.</summary>
    /// <param name="from">The first.</param>
    /// <param name="to">The index after the last.</param>
    /// <param name="folder">Empty, or with an export of the same log in the same form.</param>
    /// <param name="progress">Told, from several threads, how many entries more are written.</param>
    /// <param name="cancellation">Ends it; files that are whole stay.</param>
    /// <exception cref="InvalidDataException">The folder holds something else.</exception>
    public ExportSummary Run(ulong from, ulong to, string folder, Action<ulong>? progress = null, CancellationToken cancellation = default)
    {
        var extension = _format().Extension;
        WriteAbout(folder, extension);
        try
        {
            Parallel.ForEach(
                Parts(from, to),
                new ParallelOptions { MaxDegreeOfParallelism = Math.Min(4, Environment.ProcessorCount), CancellationToken = cancellation },
                part => WritePart(part.From, part.To, Path.Combine(folder, FileName(part.From, part.To, extension)), progress, cancellation));
        }
        catch (AggregateException faults)
        {
            ExceptionDispatchInfo.Throw(faults.InnerExceptions[0]);
        }

        NativeFile.SyncDirectory(folder);
        return new ExportSummary { Origin = _origin, From = from, To = to, FilesWritten = _written, FilesKept = _kept, BytesWritten = _bytes };
    }

    /// <summary>The name of the file with the entries [from, to).</summary>
    public static string FileName(ulong from, ulong to, string extension) => string.Create(CultureInfo.InvariantCulture, $"{from:D20}-{to:D20}.{extension}");

    private static IEnumerable<(ulong From, ulong To)> Parts(ulong from, ulong to)
    {
        while (from < to)
        {
            var end = Math.Min(to, ((from / EntriesPerFile) + 1) * EntriesPerFile);
            yield return (from, end);
            from = end;
        }
    }

    private void WritePart(ulong from, ulong to, string path, Action<ulong>? progress, CancellationToken cancellation)
    {
        // A file has its name when it is whole and durable.
        if (File.Exists(path))
        {
            Interlocked.Increment(ref _kept);
            progress?.Invoke(to - from);
            return;
        }

        long length = 0;
        using (var file = File.OpenHandle(path + Unfinished, FileMode.Create, FileAccess.Write))
        {
            Write(from, to, Piece, progress, cancellation);
            NativeFile.SyncWithLength(file);

            void Piece(ReadOnlyMemory<byte> piece)
            {
                RandomAccess.Write(file, piece.Span, length);
                length += piece.Length;
            }
        }

        File.Move(path + Unfinished, path, overwrite: true);
        Interlocked.Increment(ref _written);
        Interlocked.Add(ref _bytes, length);
    }

    private void WriteAbout(string folder, string extension)
    {
        var about = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["format"] = "exchange.log-lines.v1", ["origin"] = _origin, ["lines"] = extension });
        var path = Path.Combine(folder, About);
        Directory.CreateDirectory(folder);
        if (!File.Exists(path))
        {
            if (Directory.EnumerateFileSystemEntries(folder).Any())
            {
                throw new InvalidDataException($"{folder} holds other things than this export. Name a folder of its own.");
            }

            DurableFile.Write(path, about);
        }
        else if (!File.ReadAllBytes(path).AsSpan().SequenceEqual(about))
        {
            throw new InvalidDataException($"{folder} holds another export: {Encoding.UTF8.GetString(File.ReadAllBytes(path))}. Name another folder.");
        }
    }
}
