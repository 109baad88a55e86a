using Exchange.Audit.Reading;

namespace Exchange.Audit.Queries;

/// <summary>Reads entries at ascending indexes: those near by in passing, those far off by going there.</summary>
internal sealed class EntrySeeker(LogReader log, ulong to) : IDisposable
{
    // Passing over an entry costs a few nanoseconds, going to one some tens of microseconds.
    private const ulong Near = 1024;

    private EntryCursor? _entries;

    internal ReadOnlySpan<byte> Current => _entries!.Current;

    /// <summary>Goes to an entry, behind the one before.</summary>
    internal void MoveTo(ulong index)
    {
        if (_entries is null || index - _entries.Index > Near)
        {
            _entries?.Dispose();
            _entries = log.Entries(index, to);
            _entries.MoveNext();
            return;
        }

        while (_entries.Index < index)
        {
            _entries.MoveNext();
        }
    }

    public void Dispose() => _entries?.Dispose();
}
