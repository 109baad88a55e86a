using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Verification.Consents;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>What a verification holds a log against, the same for segments and for a published log: set up from the options, asked while the log is walked, heard at the end.</summary>
internal sealed class LogWitnesses : IDisposable
{
    /// <summary>Entries between two words of progress.</summary>
    private const ulong ProgressStep = 65_536;

    /// <summary>Largest file of a public key.</summary>
    private const int KeyBytes = 4096;

    private readonly LogVerifierOptions _options;
    private readonly ConsentOrder? _consents;
    private string _origin = string.Empty;
    private ulong _reported;

    internal LogWitnesses(LogVerifierOptions options, IPublishedFiles? beside)
    {
        _options = options;
        Linkage = options.Linkage is null ? null : new LinkageReader(options.Linkage);
        _consents = Linkage is null ? null : new ConsentOrder(options.Scratch);
        var checkpoints = new CheckpointClaims(options.CheckpointKeys, beside is null ? null : digest => Text(beside, KeyName.OfCheckpointKey(digest)));
        foreach (var claim in options.Checkpoints)
        {
            checkpoints.Add(claim);
        }

        OfSeam = new SeamWitnesses
        {
            Keys = options.Keys is { Count: > 0 } pinned ? new KnownKeys(pinned, beside is null ? null : id => Text(beside, KeyName.OfReceiptKey(id))) : null,
            Receipts = new ReceiptPromises(options.Receipts, () => _origin, options.Keys is { Count: > 0 } ? options.Keys : null),
            Checkpoints = checkpoints,
            Snapshots = options.ChecksSnapshots && beside is not null ? new SnapshotPresence(beside) : null,
        };
    }

    internal SeamWitnesses OfSeam { get; }

    internal LinkageReader? Linkage { get; }

    internal StretchRules Rules(string origin) => new(origin, OfSeam.Keys, OfSeam.Snapshots is not null, Linkage is not null);

    /// <summary>Adds the checkpoints that are kept beside the log.</summary>
    internal LogProblem? AddKept(IPublishedFiles files)
    {
        foreach (var name in files.List(PublishedPath.Checkpoints).Where(name => name.All(char.IsAsciiDigit)).Order(StringComparer.Ordinal))
        {
            var (path, problem) = ($"{PublishedPath.Checkpoints}/{name}", "it is gone");
            if (files.Read(path, Notes.SignedNote.MaximumBytes) is not { } bytes
                || NamedCheckpoint.Read(path, bytes.Span, out problem) is not { } kept
                || PublishedPath.CheckpointOf(kept.Checkpoint.Size) != path)
            {
                var size = ulong.TryParse(name, out var number) ? number : 0;
                return new(LogProblemKind.Checkpoint, path, 0, size, problem.Length > 0 ? $"{path} is no checkpoint: {problem}" : $"{path} is of another size than its name");
            }

            OfSeam.Checkpoints.Add(kept);
        }

        return null;
    }

    /// <summary>The log's name and its first entry here are known.</summary>
    internal Contradiction? Begin(string origin, ulong index)
    {
        (_origin, _reported) = (origin, index);
        return OfSeam.Checkpoints.Foreign(origin)?.Contradiction;
    }

    /// <summary>The log's name and its tree before the first entry here are known.</summary>
    internal Contradiction? Begin(string origin, CompactRange before)
    {
        if (Begin(origin, before.Size) is { } contradiction)
        {
            return contradiction;
        }

        OfSeam.Checkpoints.GiveUpBelow(before.Size);
        return OfSeam.Checkpoints.Compare(before.Size, before.Root);
    }

    /// <summary>Joins a stretch; false once there is a problem.</summary>
    internal bool Take(LogSeam seam, Stretch stretch)
    {
        var isSound = seam.Join(stretch);
        if (isSound)
        {
            _consents?.Add(stretch.Found.Consents);
        }

        if (seam.Size - _reported >= ProgressStep)
        {
            _reported = seam.Size;
            _options.Progress?.Report(new VerificationProgress(stretch.Groups[^1].File, seam.Size));
        }

        return isSound;
    }

    /// <summary>What must be there and was not found, and what only the whole log shows.</summary>
    /// <param name="size">How far the log reaches; a published one beyond the entries that are here.</param>
    /// <param name="file">Where that is.</param>
    /// <param name="offset">And where in the file.</param>
    internal LogProblem? Conclude(ulong size, string file, long offset)
    {
        LogProblem Problem(LogProblemKind kind, ulong entry, string what, string? where = null) => new(kind, where ?? file, where is null ? offset : 0, entry, what);
        var checkpoints = OfSeam.Checkpoints;
        if (size < _options.MinimumSize)
        {
            return Problem(LogProblemKind.Missing, size, $"the log ends with {size} entries, and is known to have had {_options.MinimumSize}");
        }

        if (Math.Max(_options.From, _options.To ?? 0) is var asked && size < asked)
        {
            return Problem(LogProblemKind.Missing, size, $"the log ends with {size} entries, and the range that was asked for reaches to {asked}");
        }

        if (checkpoints.Conflict() is { } conflict)
        {
            return Problem(conflict.Contradiction.Kind, conflict.Contradiction.Entry, conflict.Contradiction.What, conflict.File);
        }

        if (checkpoints.Next is { } claimed)
        {
            return Problem(LogProblemKind.Missing, size, $"the log ends with {size} entries, and had {claimed} by the checkpoint {checkpoints.NextFile}");
        }

        if (OfSeam.Receipts.FirstOpen is { } open)
        {
            return Problem(LogProblemKind.Receipt, open, open >= size
                ? $"a receipt promises entry {open}, but the log ends with {size} entries"
                : $"a receipt names entry {open}, which is not among the entries here");
        }

        if (checkpoints.CheckSignatures() is { } unsigned)
        {
            return Problem(unsigned.Contradiction.Kind, unsigned.Contradiction.Entry, unsigned.Contradiction.What, unsigned.File);
        }

        Linkage?.ReadToEnd();
        return _consents?.Judge() is { } violation ? Problem(LogProblemKind.Linkage, violation.Entry, violation.What) : null;
    }

    /// <summary>The report as far as the witnesses know it.</summary>
    internal VerificationReport Report(LogSeam? seam) => new()
    {
        Size = seam?.Size ?? 0,
        Groups = seam?.Groups ?? 0,
        LastTime = seam?.LastTime ?? default,
        SignaturesChecked = OfSeam.Keys is not null,
        ReceiptsFound = OfSeam.Receipts.Found,
        CheckpointsFound = OfSeam.Checkpoints.Found,
        CheckpointsUncheckable = OfSeam.Checkpoints.Uncheckable,
        CheckpointSignaturesChecked = OfSeam.Checkpoints.ChecksSignatures,
        SnapshotsFound = OfSeam.Snapshots?.Found,
        ConsentEventsChecked = _consents?.Events,
        ErasedEntries = _consents?.Erased,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        Linkage?.Dispose();
        _consents?.Dispose();
    }

    private static string? Text(IPublishedFiles files, string path) =>
        files.Read(path, KeyBytes) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes.Span) : null;
}
