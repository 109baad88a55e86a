using System.Diagnostics.CodeAnalysis;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Notes;
using Exchange.Vocabulary;

namespace Exchange.Client.Evidence;

/// <summary>
/// Checks every checkpoint that a client gets, against pinned keys and against the largest that the same log has shown before. That one is
/// remembered in a file of its own, as it was signed, so that it is evidence by itself.
/// </summary>
internal sealed class CheckpointInspector
{
    private readonly IReadOnlyList<NoteKey> _keys;
    private readonly string _origin;
    private readonly string? _file;
    private readonly Lock _lock = new();
    private Checkpoint? _largest;

    /// <summary>Reads what was remembered.</summary>
    /// <exception cref="InvalidDataException">The file holds no checkpoint of the log under a pinned key: what the log said before is evidence, so it is not silently begun anew.</exception>
    internal CheckpointInspector(string origin, IReadOnlyList<NoteKey> keys, string? file)
    {
        (_origin, _keys, _file) = (origin, keys, file);
        if (file is not null && File.Exists(file))
        {
            _largest = TryRead(File.ReadAllBytes(file), out _, out var checkpoint, out var problem)
                ? checkpoint
                : throw new InvalidDataException($"{file}, which remembers the largest checkpoint, cannot be used: {problem}. Restore it, or move it away to begin anew.");
        }
    }

    /// <summary>Entries of the largest checkpoint that was seen; 0 when there was none.</summary>
    internal ulong KnownSize
    {
        get
        {
            lock (_lock)
            {
                return _largest?.Size ?? 0;
            }
        }
    }

    /// <summary>Reads a checkpoint that a pinned key has signed; it says nothing about earlier ones yet.</summary>
    internal bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SignedNote? note, [NotNullWhen(true)] out Checkpoint? checkpoint, out string problem)
    {
        checkpoint = null;
        if (!SignedNote.TryParse(bytes, out note, out problem))
        {
            return false;
        }

        if (note.VerifiedBy(_keys).IsEmpty)
        {
            problem = _keys.Count == 0 ? "no checkpoint key is pinned: name checkpoint_keys in client.yaml" : "it is not signed by a pinned key, or one of its signatures is not that key's";
            return false;
        }

        if (!Checkpoint.TryParse(note.Text, out checkpoint, out problem))
        {
            return false;
        }

        problem = $"it is of the log {checkpoint.Origin}, not of {_origin}";
        return checkpoint.Origin == _origin;
    }

    /// <summary>Holds a checkpoint against the largest that is known, and remembers it if it is larger.</summary>
    /// <param name="bytes">The note.</param>
    /// <param name="knownSize">From which size the path leads.</param>
    /// <param name="consistency">The path.</param>
    /// <exception cref="ExchangeEvidenceException">It does not hold, or contradicts what the log has shown before.</exception>
    internal Checkpoint Accept(ReadOnlySpan<byte> bytes, ulong knownSize, ReadOnlySpan<Digest> consistency)
    {
        if (!TryRead(bytes, out var note, out var checkpoint, out var problem))
        {
            throw new ExchangeEvidenceException($"The node's checkpoint does not hold: {problem}.");
        }

        lock (_lock)
        {
            if (_largest is not { } known || (known.Size == checkpoint.Size && known.Root == checkpoint.Root))
            {
                Remember(note, checkpoint);
                return checkpoint;
            }

            if (checkpoint.Size < known.Size)
            {
                throw new ExchangeEvidenceException($"The log had {known.Size} entries, and its newest checkpoint says {checkpoint.Size}: its end is missing. Keep both checkpoints.");
            }

            if (known.Size != knownSize || !ConsistencyProof.Verifies(known.Size, known.Root, checkpoint.Size, checkpoint.Root, consistency))
            {
                throw new ExchangeEvidenceException($"The checkpoint of {checkpoint.Size} entries does not continue the one of {known.Size} that the log has shown before: the log was rewritten. Keep both checkpoints.");
            }

            Remember(note, checkpoint);
            return checkpoint;
        }
    }

    /// <summary>Holds a checkpoint that came with something else, and may be an earlier one, against the largest that is known.</summary>
    /// <param name="checkpoint">Signed by a pinned key, and no larger than the largest.</param>
    /// <param name="knownSize">To which size the path leads.</param>
    /// <param name="consistency">The path.</param>
    /// <exception cref="ExchangeEvidenceException">It contradicts what the log has shown before.</exception>
    internal void HoldEarlier(Checkpoint checkpoint, ulong knownSize, ReadOnlySpan<Digest> consistency)
    {
        lock (_lock)
        {
            if (_largest is not { } known || known.Size != knownSize || !ConsistencyProof.Verifies(checkpoint.Size, checkpoint.Root, known.Size, known.Root, consistency))
            {
                throw new ExchangeEvidenceException($"The checkpoint of {checkpoint.Size} entries is not of the beginning of the log that has shown one of {knownSize} before: the log has told two histories. Keep both checkpoints.");
            }
        }
    }

    /// <summary>Written whole under another name and synced first, so that a crash leaves the old state or the new one.</summary>
    private void Remember(SignedNote note, Checkpoint checkpoint)
    {
        if (_file is not null && _largest?.Size != checkpoint.Size)
        {
            var unfinished = _file + ".new";
            using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
            {
                stream.Write(note.ToBytes());
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, _file, overwrite: true);
        }

        _largest = checkpoint;
    }
}
