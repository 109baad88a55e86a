using System.Globalization;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Segments;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification.Published;

/// <summary>
/// Verifies a log as strangers get it, from the top down: the checkpoint, the tiles that make its root, the entries whose hashes stand in the
/// tiles, the group commits over the entries. It stops at the first problem; memory is bounded as <see cref="LogVerifier"/>'s is.
/// </summary>
public sealed class PublishedLogVerifier : IDisposable
{
    private readonly IPublishedFiles _files;
    private readonly LogVerifierOptions _options;
    private readonly LogWitnesses _witnesses;
    private StretchQueue? _queue;
    private LogSeam? _seam;
    private NamedCheckpoint? _newest;
    private ProvenTiles? _tiles;
    private ulong _from;
    private ulong _signedTo;
    private int _bundles;

    /// <summary>A verifier of these files.</summary>
    public PublishedLogVerifier(IPublishedFiles files, LogVerifierOptions options) =>
        (_files, _options, _witnesses) = (files, options, new LogWitnesses(options, files));

    private ulong Size => _newest!.Checkpoint.Size;

    /// <summary>Verifies, and reports.</summary>
    public VerificationReport Run()
    {
        var problem = Verify();
        return _witnesses.Report(_seam) with
        {
            Problem = problem,
            Origin = _newest?.Checkpoint.Origin,
            FirstIndex = _from,
            Bundles = _bundles,
            TreeRoot = problem is null ? _newest!.Checkpoint.Root : Digest.Zero,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue?.Dispose();
        _witnesses.Dispose();
    }

    private static LogProblem Problem(LogProblemKind kind, string file, ulong entry, string what) => new(kind, file, 0, entry, what);

    private LogProblem? Verify()
    {
        if (ReadCheckpoints() is { } unreadable)
        {
            return unreadable;
        }

        if ((_options.From > 0 && _options.From >= Size) || _options.To > Size)
        {
            return Problem(LogProblemKind.Missing, PublishedPath.Checkpoint, Size, $"the checkpoint has {Size} entries, and what is asked for lies behind them");
        }

        var (origin, root) = (_newest!.Checkpoint.Origin, _newest.Checkpoint.Root);
        _tiles = new ProvenTiles(_files, Size);
        var end = Math.Min(_options.To ?? Size, Size);
        _from = Math.Min(_options.From, end) / TileAddress.FullWidth * TileAddress.FullWidth;
        _from = _options.From == 0 ? FirstThere(end) : _from;
        end = Math.Min(Size, (end + TileAddress.FullWidth - 1) / TileAddress.FullWidth * TileAddress.FullWidth);
        if (_witnesses.Begin(origin, _from) is { } contradiction)
        {
            return Problem(contradiction.Kind, PublishedPath.Checkpoint, contradiction.Entry, contradiction.What);
        }

        var wrongTile = ProveTree(root);
        if (Walk(origin, end, areTilesProven: wrongTile is null) is { } found)
        {
            return found;
        }

        return wrongTile ?? IsExplained() ?? IsSigned(end) ?? CompareCheckpoints() ?? _witnesses.Conclude(Size, PublishedPath.Checkpoint, 0);
    }

    private LogProblem? ReadCheckpoints()
    {
        var problem = "there is no checkpoint";
        if (_files.Read(PublishedPath.Checkpoint, Notes.SignedNote.MaximumBytes) is not { } bytes
            || (_newest = NamedCheckpoint.Read(PublishedPath.Checkpoint, bytes.Span, out problem)) is null)
        {
            return Problem(LogProblemKind.Checkpoint, PublishedPath.Checkpoint, 0, $"{_files.Name} is no published log: {problem}");
        }

        if (_options.ExpectedOrigin is { } expected && _newest.Checkpoint.Origin != expected)
        {
            return Problem(LogProblemKind.Checkpoint, PublishedPath.Checkpoint, 0, $"this is the log of {_newest.Checkpoint.Origin}, not of {expected}");
        }

        if (Size > long.MaxValue)
        {
            return Problem(LogProblemKind.Checkpoint, PublishedPath.Checkpoint, 0, $"the checkpoint claims {Size} entries; no log has so many");
        }

        _witnesses.OfSeam.Checkpoints.Add(_newest);
        return _witnesses.AddKept(_files);
    }

    /// <summary>The first entry that is here: 0, or where retention has left off.</summary>
    private ulong FirstThere(ulong end)
    {
        var (missing, there) = (0UL, (end + TileAddress.FullWidth - 1) / TileAddress.FullWidth);
        if (end == 0 || BundleCursor.IsThere(_files, 0, Size))
        {
            return 0;
        }

        while (missing + 1 < there)
        {
            var middle = missing + ((there - missing) / 2);
            (missing, there) = BundleCursor.IsThere(_files, middle * TileAddress.FullWidth, Size) ? (missing, middle) : (middle, there);
        }

        // None at all: the first is what is missing.
        return there * TileAddress.FullWidth >= end ? 0 : there * TileAddress.FullWidth;
    }

    private LogProblem? ProveTree(in Digest root)
    {
        try
        {
            if (!_tiles!.HaveRoot(root))
            {
                return Problem(LogProblemKind.Tile, PublishedPath.Checkpoint, Size == 0 ? 0 : Size - 1, $"the tiles at the right edge do not make the root of the checkpoint of {Size} entries");
            }

            _tiles.ProveUpperLevels();
            return null;
        }
        catch (BadTileException bad)
        {
            return Problem(LogProblemKind.Tile, bad.Tile.Path, bad.FirstEntry, bad.Message);
        }
    }

    /// <summary>Walks entries and group commits; with tiles that prove nothing, to find out whether it is an entry that is wrong.</summary>
    private LogProblem? Walk(string origin, ulong end, bool areTilesProven)
    {
        var bundles = new BundleCursor(_files, Size, _from);
        _seam = new LogSeam(origin, new LogState(), _witnesses.OfSeam, bundles.NameOf);
        _seam.BeginAt(_from);
        _queue = new StretchQueue(_witnesses.Rules(origin), stretch => _witnesses.Take(_seam, stretch), _options.Cores);
        var problem = Fill(bundles, end, areTilesProven);
        _bundles = bundles.Bundles;
        return _queue.Drain() ? problem : _seam.Problem; // What is wrong with an entry comes before where the reading stopped.
    }

    private LogProblem? Fill(BundleCursor bundles, ulong end, bool areTilesProven)
    {
        var batches = new BatchCursor(_files, _from);
        var next = _from;
        while (next < end && _queue!.Room() is { } stretch)
        {
            if (batches.Next(out var missing) is not { } batch)
            {
                return Problem(LogProblemKind.Missing, batches.File, next, missing);
            }

            if (batch.FirstIndex >= Size)
            {
                // Whoever can name an index near 2^64 would have its group end where the log begins.
                return Problem(LogProblemKind.Missing, batches.File, next, $"no group commit covers the entries {next} to {Size - 1}");
            }

            var batchEnd = batch.FirstIndex + (ulong)batch.Count;
            if (batchEnd <= next && next == _from)
            {
                continue; // A group before the range.
            }

            if (batch.FirstIndex > next)
            {
                if (next != _from || next == 0 || batch.FirstIndex - next >= SegmentLayout.MaximumGroupEntries)
                {
                    return Problem(LogProblemKind.Missing, batches.File, next, $"no group commit covers the entries {next} to {batch.FirstIndex - 1}");
                }

                // The group that began before the range stands in a file that is not here. Tiles prove its entries, its signature nobody can check.
                if (Add(stretch, bundles, next, Math.Min(batch.FirstIndex, end), null, areTilesProven) is { } early)
                {
                    return early;
                }

                next = Math.Min(batch.FirstIndex, end);
            }

            if ((batch.FirstIndex < next && next != _from) || batchEnd > Size)
            {
                return Problem(LogProblemKind.Framing, batches.File, next, batchEnd > Size
                    ? $"a group commit reaches to entry {batchEnd - 1}, beyond the checkpoint"
                    : $"the group commit of entry {batch.FirstIndex} stands behind that of entry {next - 1}");
            }

            if (next < end)
            {
                var (first, until) = (next, Math.Min(batchEnd, end));
                var isWhole = first == batch.FirstIndex && until == batchEnd;
                if (Add(stretch, bundles, first, until, isWhole ? batch : null, areTilesProven) is { } wrong)
                {
                    return wrong;
                }

                next = until;
                _signedTo = isWhole ? until : _signedTo;
            }
        }

        return next < end || bundles.IsAtEnd(end) ? null : Problem(LogProblemKind.Framing, bundles.NameOf(end - 1), end, "bytes stand behind the last entry of the last bundle");
    }

    private LogProblem? Add(Stretch stretch, BundleCursor bundles, ulong first, ulong end, BatchRecord? batch, bool areTilesProven)
    {
        var start = stretch.Length;
        var broken = bundles.CopyTo(stretch, end);
        if (bundles.Next > first)
        {
            stretch.Groups.Add(new PlacedGroup
            {
                FirstIndex = first,
                Count = (int)(bundles.Next - first),
                Start = start,
                Length = stretch.Length - start,
                Batch = broken is null ? batch : null,
                File = bundles.NameOf(first),
                Offset = 0,
            });
            _witnesses.Linkage?.CopyTo(stretch);
        }

        try
        {
            for (var index = first; areTilesProven && index < bundles.Next; index++)
            {
                var tile = TileAddress.Holding(0, index, Size);
                stretch.Promised.Add(new Digest(_tiles!.Read(tile).Span.Slice((int)(index % TileAddress.FullWidth) * Digest.Size, Digest.Size)));
            }
        }
        catch (BadTileException bad)
        {
            // Without its tile a group is still chained and signed; if that is sound, it is the tile that is not.
            stretch.Promised.Clear();
            return Problem(LogProblemKind.Tile, bad.Tile.Path, Math.Max(first, bad.FirstEntry), bad.Message);
        }

        return broken is { } problem ? Problem(problem.Kind, bundles.NameOf(bundles.Next), bundles.Next, problem.What) : null;
    }

    /// <summary>Entries that are not here must have been removed under the retention period, or be out of a range that was asked for.</summary>
    private LogProblem? IsExplained() => _options.MayBePart || _options.From > 0 || _from <= _seam!.MinimumIndex
        ? null
        : Problem(
            LogProblemKind.Missing,
            TileAddress.Holding(TileAddress.Entries, _seam.MinimumIndex, Size).Path,
            _seam.MinimumIndex,
            string.Create(CultureInfo.InvariantCulture, $"entries {_seam.MinimumIndex} to {_from - 1} are missing, and no entry ENTRIES_REMOVED says that they were removed. If this is an export of a range, say which: --from, --to"));

    /// <summary>
    /// The first entries of a range, whose group began before it, are bound by the chain into the next group. The last ones, whose group ends behind
    /// it, only the checkpoint's signature speaks for.
    /// </summary>
    private LogProblem? IsSigned(ulong end) => _witnesses.OfSeam is { Keys: null } or { Checkpoints.ChecksSignatures: true } || Math.Max(_signedTo, _from) >= end
        ? null
        : Problem(
            LogProblemKind.Signature,
            PublishedPath.Checkpoint,
            Math.Max(_signedTo, _from),
            string.Create(CultureInfo.InvariantCulture, $"the group commit of the entries {Math.Max(_signedTo, _from)} to {end - 1} ends behind this range, so only the signature of the checkpoint can show whose they are: pass --checkpoint-key"));

    /// <summary>Every checkpoint must be of a tree that this one continues: the tiles have the root of any earlier size.</summary>
    private LogProblem? CompareCheckpoints()
    {
        var claims = _witnesses.OfSeam.Checkpoints;
        while (claims.Next is { } size && size <= Size)
        {
            try
            {
                var file = claims.NextFile!;
                if (claims.Compare(size, new TiledTree(_tiles!, Size).Root(size)) is { } contradiction)
                {
                    return Problem(contradiction.Kind, file, contradiction.Entry, contradiction.What);
                }
            }
            catch (BadTileException bad) when (_files.Read(bad.Tile.Path, TileAddress.FullWidth * Digest.Size) is null && (_options.From > 0 || _options.To is not null))
            {
                claims.GiveUp(size); // An export of a range has the lowest tiles of the range only.
            }
            catch (BadTileException bad)
            {
                return Problem(LogProblemKind.Tile, bad.Tile.Path, bad.FirstEntry, bad.Message);
            }
        }

        return null;
    }
}
