using Exchange.Audit.Proofs.Publication;

namespace Exchange.Audit.Proofs.Verification.Published;

/// <summary>Walks the records of group commits in the order of the log, from the first that holds an entry on.</summary>
internal sealed class BatchCursor(IPublishedFiles files, ulong start)
{
    private const int MaximumBytes = (int)PublishedPath.EntriesPerBatchFile * BatchRecord.Size;

    private ReadOnlyMemory<byte> _records;
    private ulong _file = start / PublishedPath.EntriesPerBatchFile;
    private bool _isOpen;

    /// <summary>The file that the latest record is from.</summary>
    internal string File => PublishedPath.BatchesOf((_isOpen ? _file - 1 : _file) * PublishedPath.EntriesPerBatchFile);

    /// <summary>The next record; null, with the reason, when there is none.</summary>
    internal BatchRecord? Next(out string problem)
    {
        problem = string.Empty;
        while (_records.IsEmpty)
        {
            var path = PublishedPath.BatchesOf(_file * PublishedPath.EntriesPerBatchFile);
            if (files.Read(path, MaximumBytes) is not { } records)
            {
                problem = $"{path} is missing";
                return null;
            }

            _records = records;
            _file++;
            _isOpen = true;
        }

        if (!BatchRecord.TryRead(_records, out var record))
        {
            problem = $"{File} is cut off, or holds what is no record of a group";
            return null;
        }

        _records = _records[BatchRecord.Size..];
        return record;
    }
}
