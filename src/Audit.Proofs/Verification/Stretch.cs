using System.Runtime.ExceptionServices;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Publication;
using Exchange.Audit.Proofs.Segments;
using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>
/// Some groups in a row with a copy of their bytes, which one core checks while another reads on. One thread fills it, one checks it, one takes
/// what was found; they take turns. It is used again and again, so that a log of any size costs the memory of a few of these.
/// </summary>
internal sealed class Stretch : IThreadPoolWorkItem, IDisposable
{
    /// <summary>Bytes after which a stretch takes no further group.</summary>
    private const int FullBytes = 256 * 1024;

    private readonly StretchCheck _check;
    private readonly ManualResetEventSlim _isChecked = new();
    private ExceptionDispatchInfo? _fault;
    private byte[] _bytes = [];

    internal Stretch(StretchRules rules) => _check = new StretchCheck(rules);

    internal List<PlacedGroup> Groups { get; } = [];

    /// <summary>Leaf hashes that tiles promise for the entries, from the first on; empty where nothing is known.</summary>
    internal List<Digest> Promised { get; } = [];

    /// <summary>What the linkage file says of these entries, in order.</summary>
    internal List<LinkageRecord> Linkage { get; } = [];

    internal int Length { get; private set; }

    internal bool IsEmpty => Groups.Count == 0;

    internal bool IsFull => Length >= FullBytes;

    /// <summary>The first entry.</summary>
    internal ulong FirstIndex => Groups[0].FirstIndex;

    /// <summary>The index after the last entry.</summary>
    internal ulong NextIndex => Groups[^1].NextIndex;

    /// <summary>What was found; to be read after <see cref="Settle"/>.</summary>
    internal StretchCheck Found => _check;

    internal ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, Length);

    /// <summary>The entries of a group, each with its length before it.</summary>
    internal ReadOnlySpan<byte> Entries(in PlacedGroup group) => _bytes.AsSpan(group.Start, group.Length);

    /// <summary>Begins anew.</summary>
    internal void Clear()
    {
        Length = 0;
        Groups.Clear();
        Promised.Clear();
        Linkage.Clear();
        _isChecked.Reset();
    }

    /// <summary>Adds a segment's group.</summary>
    internal void Add(Group group, string file, long offset)
    {
        var start = Append(group.Extent);
        var header = group.Header;
        Groups.Add(new PlacedGroup
        {
            FirstIndex = header.FirstIndex,
            Count = header.Count,
            Start = start + GroupHeader.Size,
            Length = header.EntriesBytes,
            Batch = BatchRecord.Of(group),
            End = new GroupEnd(group.Trailer.LastLeafHash, group.Trailer.TreeRoot),
            File = file,
            Offset = offset,
        });
    }

    /// <summary>Copies bytes to the end and returns where they stand.</summary>
    internal int Append(ReadOnlySpan<byte> bytes)
    {
        var start = Length;
        if (_bytes.Length < start + bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(start + bytes.Length, Math.Min(2 * _bytes.Length, FullBytes + SegmentLayout.MaximumGroupBytes)));
        }

        bytes.CopyTo(_bytes.AsSpan(start));
        Length = start + bytes.Length;
        return start;
    }

    /// <summary>Checks the groups on the calling thread.</summary>
    public void Execute()
    {
        try
        {
            _check.Run(this, _bytes.AsSpan(0, Length));
        }
        catch (Exception fault)
        {
            // Whatever it is, it belongs to the thread that waits, and not to the pool, where it would end the process.
            _fault = ExceptionDispatchInfo.Capture(fault);
        }

        _isChecked.Set();
    }

    /// <summary>Waits until the groups are checked, or could not be.</summary>
    internal void Settle() => _isChecked.Wait();

    /// <summary>Throws what kept the groups from being checked.</summary>
    internal void ThrowFault() => _fault?.Throw();

    /// <inheritdoc/>
    public void Dispose()
    {
        _isChecked.Dispose();
        _check.Dispose();
    }
}
