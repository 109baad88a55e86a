using System.Globalization;

namespace Exchange.Audit.Proofs.Verification.Consents;

/// <summary>
/// That no release follows the end of a consent without a new grant. Events come in the order of the log and are judged consent by consent, so
/// they are sorted in runs that fit in memory and merged from a scratch file.
/// </summary>
/// <param name="scratch">A new file, gone when it is closed.</param>
/// <param name="runEvents">Events that are sorted in memory at once; 32 bytes each.</param>
internal sealed class ConsentOrder(Func<Stream> scratch, int runEvents = 1 << 20) : IDisposable
{
    private readonly List<ConsentEvent> _run = [];
    private readonly List<(long At, long Events)> _runs = [];
    private Stream? _file;

    /// <summary>Events that are judged.</summary>
    internal long Events { get; private set; }

    /// <summary>Entries with a consent tag of which the key is no longer there.</summary>
    internal long Erased { get; private set; }

    internal void Add(ConsentNotes notes)
    {
        Erased += notes.Erased;
        Events += notes.Events.Count;
        _run.AddRange(notes.Events);
        if (_run.Count >= runEvents)
        {
            Spill();
        }
    }

    /// <summary>The first release in the log that follows the end of its consent; null when there is none.</summary>
    internal Contradiction? Judge()
    {
        _run.Sort();
        (ulong Entry, ulong EndedBy)? first = null;
        var (consent, endedBy) = (default(UInt128), default(ulong?));
        foreach (var found in Merged())
        {
            if (found.Consent != consent)
            {
                (consent, endedBy) = (found.Consent, null);
            }

            switch (found.Effect)
            {
                case ConsentEffect.Grants:
                    endedBy = null;
                    break;
                case ConsentEffect.Ends:
                    endedBy = found.Index;
                    break;
                case ConsentEffect.Releases when endedBy is { } ended && (first is null || found.Index < first.Value.Entry):
                    first = (found.Index, ended);
                    break;
            }
        }

        return first is { } violation
            ? new(LogProblemKind.Linkage, violation.Entry, string.Create(CultureInfo.InvariantCulture, $"it releases under a consent that entry {violation.EndedBy} ended, without a new grant between them"))
            : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void Spill()
    {
        _run.Sort();
        _file ??= scratch();
        _runs.Add((_file.Position, _run.Count));
        var bytes = new byte[ConsentEvent.Size];
        foreach (var found in _run)
        {
            found.Write(bytes);
            _file.Write(bytes);
        }

        _run.Clear();
    }

    /// <summary>All events, consent by consent, each in the order of the log.</summary>
    private IEnumerable<ConsentEvent> Merged()
    {
        var heads = new PriorityQueue<IEnumerator<ConsentEvent>, ConsentEvent>();
        foreach (var events in _runs.Select(run => Read(run.At, run.Events)).Append(_run))
        {
            var head = events.GetEnumerator();
            if (head.MoveNext())
            {
                heads.Enqueue(head, head.Current);
            }
        }

        while (heads.TryDequeue(out var head, out var next))
        {
            yield return next;
            if (head.MoveNext())
            {
                heads.Enqueue(head, head.Current);
            }
        }
    }

    private IEnumerable<ConsentEvent> Read(long at, long events)
    {
        const int AtOnce = 4096;
        var bytes = new byte[AtOnce * ConsentEvent.Size];
        for (var left = events; left > 0;)
        {
            var count = (int)Math.Min(AtOnce, left);
            _file!.Position = at;
            _file.ReadExactly(bytes, 0, count * ConsentEvent.Size);
            (at, left) = (at + (count * ConsentEvent.Size), left - count);
            for (var i = 0; i < count; i++)
            {
                yield return ConsentEvent.Read(bytes.AsSpan(i * ConsentEvent.Size));
            }
        }
    }
}
