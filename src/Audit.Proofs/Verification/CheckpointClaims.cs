using System.Text;
using Exchange.Audit.Proofs.Notes;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>
/// The checkpoints that a log is held against: their roots while the log is walked, their signatures when it is known which keys have followed
/// the pinned ones. The ECDSA line decides; an Ed25519 line counts under a pinned key only.
/// </summary>
/// <param name="pinned">Checkpoint keys from elsewhere; empty: signatures are not checked.</param>
/// <param name="lineBeside">The verifier-key line of a key beside the log, by its digest; null where there is none.</param>
internal sealed class CheckpointClaims(IReadOnlyList<NoteKey> pinned, Func<Digest, string?>? lineBeside)
{
    private readonly SortedDictionary<ulong, List<NamedCheckpoint>> _open = [];
    private readonly List<NamedCheckpoint> _all = [];
    private readonly HashSet<string> _notes = [];
    private readonly List<(ulong From, NoteKey Key)> _handedOver = [];
    private readonly Dictionary<string, ulong> _retired = [];

    /// <summary>Checkpoints whose root is the log's.</summary>
    internal int Found { get; private set; }

    /// <summary>Checkpoints that could not be compared.</summary>
    internal int Uncheckable { get; private set; }

    /// <summary>Whether signatures are checked.</summary>
    internal bool ChecksSignatures => pinned.Count > 0;

    /// <summary>The smallest size at which a checkpoint waits for the log's root.</summary>
    internal ulong? Next => _open.Count == 0 ? null : _open.First().Key;

    /// <summary>The name of the file that waits for the root at <see cref="Next"/>.</summary>
    internal string? NextFile => _open.Count == 0 ? null : _open.First().Value[0].File;

    private NoteKey[] Trusted => [.. pinned, .. _handedOver.Select(later => later.Key)];

    internal void Add(NamedCheckpoint claim)
    {
        if (!_notes.Add(claim.Note.ToString()))
        {
            return; // The newest one stands among those that are kept, too.
        }

        _all.Add(claim);
        if (!_open.TryGetValue(claim.Checkpoint.Size, out var claims))
        {
            _open[claim.Checkpoint.Size] = claims = [];
        }

        claims.Add(claim);
    }

    /// <summary>A checkpoint of another log.</summary>
    internal (Contradiction Contradiction, string File)? Foreign(string origin) => _all.Find(claim => claim.Checkpoint.Origin != origin) is { } foreign
        ? (new(LogProblemKind.Checkpoint, foreign.Checkpoint.Size, $"{foreign.File} is a checkpoint of {foreign.Checkpoint.Origin}, not of {origin}"), foreign.File)
        : null;

    /// <summary>Two of one size with two roots, both signed, whether or not the log reaches so far.</summary>
    internal (Contradiction Contradiction, string File)? Conflict()
    {
        foreach (var claims in _all.GroupBy(claim => claim.Checkpoint.Size).OrderBy(claims => claims.Key))
        {
            var signed = claims.Where(claim => IsSignedBy(claim, Trusted)).ToList();
            if (signed.Find(claim => claim.Checkpoint.Root != signed[0].Checkpoint.Root) is { } other)
            {
                return (new(LogProblemKind.History, claims.Key, $"{signed[0].File} and {other.File} are signed checkpoints of {claims.Key} entries with different roots: the log has told two histories"), other.File);
            }
        }

        return null;
    }

    /// <summary>The log has this root at this size.</summary>
    internal Contradiction? Compare(ulong size, in Digest root)
    {
        if (!_open.Remove(size, out var claims))
        {
            return null;
        }

        foreach (var claim in claims)
        {
            if (claim.Checkpoint.Root != root)
            {
                return IsSignedBy(claim, Trusted)
                    ? new(LogProblemKind.History, size, $"{claim.File}, which the log's key has signed, is of another tree of {size} entries than these: the log has told two histories")
                    : new(LogProblemKind.Checkpoint, size, $"{claim.File} has another root than the log's first {size} entries, and no pinned key has signed it");
            }

            Found++;
        }

        return null;
    }

    /// <summary>What nobody can compare, since the part of the tree that it takes is not here.</summary>
    internal void GiveUp(ulong size)
    {
        if (_open.Remove(size, out var claims))
        {
            Uncheckable += claims.Count;
        }
    }

    /// <summary>What nobody can compare any more, since the entries are gone.</summary>
    internal void GiveUpBelow(ulong size)
    {
        while (Next is { } next && next < size)
        {
            GiveUp(next);
        }
    }

    /// <summary>An entry of the log says that one checkpoint key follows another.</summary>
    internal void HandOver(ulong index, in Digest from, in Digest to)
    {
        var former = Trusted.DistinctBy(key => key.ToString()).ToDictionary(Name);
        if (former.TryGetValue(from, out var known) && known is EcdsaNoteKey)
        {
            _retired[known.ToString()] = index;
            if (NoteKey.TryParse(lineBeside?.Invoke(to), out var key, out _) && key is EcdsaNoteKey && Name(key) == to)
            {
                _handedOver.Add((index, key));
            }
        }
    }

    /// <summary>Checks the signatures of all checkpoints, smallest first.</summary>
    internal (Contradiction Contradiction, string File)? CheckSignatures()
    {
        if (!ChecksSignatures)
        {
            return null;
        }

        foreach (var claim in _all.OrderBy(claim => claim.Checkpoint.Size))
        {
            var size = claim.Checkpoint.Size;
            NoteKey[] keys = [.. pinned.Concat(_handedOver.Where(later => later.From < size).Select(later => later.Key)).Where(key => !_retired.TryGetValue(key.ToString(), out var since) || size <= since + 1)];
            if (!IsSignedBy(claim, keys) || !HasPinnedEd25519(claim))
            {
                return (new(LogProblemKind.Checkpoint, size, $"{claim.File}, a checkpoint of {size} entries, is not signed by every kind of key that is pinned, nor by one that a pinned key has handed over to"), claim.File);
            }
        }

        return null;
    }

    /// <summary>Who pins an Ed25519 key expects its line: that it is missing shows that somebody took it away.</summary>
    private bool HasPinnedEd25519(NamedCheckpoint claim) => !pinned.Any(key => key is Ed25519NoteKey) || claim.Note.VerifiedBy(pinned).Any(key => key is Ed25519NoteKey);

    private static bool IsSignedBy(NamedCheckpoint claim, IReadOnlyCollection<NoteKey> keys) => claim.Note.VerifiedBy(keys).Any(key => key is EcdsaNoteKey);

    private static Digest Name(NoteKey key) => Digest.Of(Encoding.UTF8.GetBytes(key.ToString()));
}
