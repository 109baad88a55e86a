using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Exchange.Audit.Export;
using Exchange.Audit.Export.Lines;
using Exchange.Documents;

namespace Exchange.Cli.Audit;

/// <summary><c>exchange audit export</c>.</summary>
internal sealed class AuditExport : Verb
{
    private const string Tiles = "tiles";
    private const string ToStdout = "-";

    private static readonly Dictionary<string, Func<string, ILineFormat>> Lines = new(StringComparer.Ordinal)
    {
        ["jsonl"] = _ => new JsonLineFormat(),
        ["csv"] = _ => new CsvLineFormat(),
        ["ecs"] = origin => new EcsLineFormat(origin),
    };

    private readonly Argument<string> _data = new("data") { Description = LogPlace.Description };
    private readonly Option<string> _to = new("--to") { Description = "The folder to write into; one that holds an earlier export of the same log is brought up to date. '-' for lines on stdout.", HelpName = "folder", Required = true };
    private readonly Option<LogPosition?> _from = LogPosition.Option("--from", "The first entry, by index or time. Without it, the first that is kept.");
    private readonly Option<LogPosition?> _until = LogPosition.Option("--until", "Where to stop: the index after the last entry, or the time before which entries are wanted. Without it, the end.");
    private readonly Option<string> _format = new("--format")
    {
        Description = "tiles: with proofs, for verifiers. jsonl, csv: lines for people. ecs: lines in the Elastic Common Schema, for a SIEM.",
        HelpName = "tiles|jsonl|csv|ecs",
        DefaultValueFactory = _ => Tiles,
    };

    internal AuditExport()
        : base(
            "export",
            "Exports a log, or a part of it, in a form that strangers can verify, or as lines of text. An export that was interrupted goes on when it is run again.",
            "exchange audit export data --to export",
            "exchange audit export data --to january --from 2026-01-01 --until 2026-02-01",
            "exchange audit export data --to lines --format ecs --from 70000",
            "exchange audit export data --to - --format jsonl")
    {
        _format.Validators.Add(result =>
        {
            string[] known = [Tiles, .. Lines.Keys];
            if (result.GetValueOrDefault<string>() is { } format && !known.Contains(format))
            {
                result.AddError($"There is no format '{format}'{(NearestName.Of(format, known) is { } nearest ? $"; did you mean {nearest}" : string.Empty)}: known are {string.Join(", ", known)}.");
            }
        });
        Add(_data);
        Add(_to);
        Add(_from);
        Add(_until);
        Add(_format);
    }

    protected override Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var place = new LogPlace(arguments.GetValue(_data)!);
        var format = arguments.GetValue(_format)!;
        var to = arguments.GetValue(_to)!;
        var begin = Stopwatch.GetTimestamp();
        if (to == ToStdout)
        {
            Stream(place, Format(format), Range(arguments, place, place.Reader.Size), output, cancellation);
            return Task.FromResult(ExitCode.Done);
        }

        var summary = format == Tiles
            ? WriteTiles(place, arguments, to, output, cancellation)
            : WriteLines(place, Format(format), Range(arguments, place, place.Reader.Size), to, output, cancellation);
        Write(output, summary, to, Stopwatch.GetElapsedTime(begin));
        if (summary.CheckpointSize is { } signed && arguments.GetValue(_until) is null && place.Reader.Size is var size && size > signed)
        {
            output.Say($"{size - signed} more are in the log; they can be exported once a checkpoint is signed over them, which a running node does on its schedule.");
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static Func<string, ILineFormat> Format(string format) =>
        Lines.TryGetValue(format, out var lines) ? lines : throw new UsageException("Tiles are files in folders; stdout takes lines. Say --format jsonl, csv or ecs, or name a folder.");

    private (ulong From, ulong To) Range(ParseResult arguments, LogPlace place, ulong size) =>
        LogPosition.Range(place.Reader, arguments.GetValue(_from), arguments.GetValue(_until), size);

    private ExportSummary WriteTiles(LogPlace place, ParseResult arguments, string to, Output output, CancellationToken cancellation)
    {
        using var source = new PublishedPlace(place, output, to, cancellation);
        var size = source.Files.Checkpoint.Size;
        if (arguments.GetValue(_until) is { Index: { } until } && until > size)
        {
            throw new UsageException($"The newest checkpoint has {size} entries, and nothing proves what comes after them. A running node signs checkpoints on its schedule; until then, say --until {size}, or --format jsonl, which proves nothing.");
        }

        var range = Range(arguments, place, size);
        using var progress = new Progress(output, "exported", range.To - range.From);
        return TileExport.Run(source.Log, source.Files, range, to, progress.Add, cancellation);
    }

    private static ExportSummary WriteLines(LogPlace place, Func<string, ILineFormat> format, (ulong From, ulong To) range, string to, Output output, CancellationToken cancellation)
    {
        var origin = place.Origin;
        using var progress = new Progress(output, "exported", range.To - range.From);
        return new LineExport(place.Reader, origin, () => format(origin)).Run(range.From, range.To, to, progress.Add, cancellation);
    }

    private static void Stream(LogPlace place, Func<string, ILineFormat> format, (ulong From, ulong To) range, Output output, CancellationToken cancellation)
    {
        var origin = place.Origin;
        using var progress = new Progress(output, "exported", range.To - range.From);
        new LineExport(place.Reader, origin, () => format(origin))
            .Write(range.From, range.To, piece => output.Data.Write(Encoding.UTF8.GetString(piece.Span)), progress.Add, cancellation);
        output.Data.Flush();
    }

    private static void Write(Output output, ExportSummary summary, string to, TimeSpan elapsed)
    {
        if (output.IsJson)
        {
            output.WriteJson(new
            {
                summary.Origin,
                summary.From,
                Until = summary.To,
                Entries = summary.To - summary.From,
                CheckpointSize = summary.CheckpointSize,
                CheckpointRoot = summary.CheckpointRoot?.ToString(),
                summary.FilesWritten,
                summary.FilesKept,
                summary.BytesWritten,
                Folder = to,
                Seconds = Math.Round(elapsed.TotalSeconds, 3),
            });
        }

        var proven = summary.CheckpointSize is { } size ? string.Create(CultureInfo.InvariantCulture, $", proven into the checkpoint of {size} entries") : ", as lines, which prove nothing by themselves";
        output.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"Exported entries {summary.From} to {summary.To} of {summary.Origin}{proven}: {summary.FilesWritten} files written, {summary.FilesKept} were there already, in {elapsed.TotalSeconds:F1} s."));
    }
}
