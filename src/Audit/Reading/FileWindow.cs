using System.Buffers;
using Exchange.Audit.Proofs.Segments;

namespace Exchange.Audit.Reading;

/// <summary>
/// A stretch of a segment file in a pooled buffer. It begins small, since most readings want one group, and doubles with every refill, since who
/// reads on wants many.
/// </summary>
/// <param name="isForHeaders">Whether it stays small, since only the fronts of groups are looked at.</param>
internal sealed class FileWindow(bool isForHeaders = false) : IDisposable
{
    private const int HeaderBytes = 8 * SegmentLayout.SectorBytes;
    private const int SmallestBytes = 32 * 1024;
    private const int LargestBytes = 2 * SegmentLayout.MaximumGroupBytes;

    private byte[] _buffer = [];
    private ISegmentSource? _source;
    private long _start;
    private int _length;
    private int _next = isForHeaders ? HeaderBytes : SmallestBytes;

    /// <summary>Goes over to another file, or to what the same one holds by now.</summary>
    internal void Show(ISegmentSource source) => (_source, _start, _length) = (source, 0, 0);

    /// <summary>Up to <paramref name="count"/> bytes at an offset, fewer at the file's end; valid until the next call.</summary>
    internal ReadOnlySpan<byte> Bytes(long offset, int count)
    {
        if (offset < _start || offset + count > _start + _length)
        {
            Fill(offset, count);
        }

        var at = (int)(offset - _start);
        return _buffer.AsSpan(at, Math.Min(count, _length - at));
    }

    public void Dispose()
    {
        Return();
        _source = null;
    }

    private void Fill(long offset, int count)
    {
        var wanted = Math.Max(_next, count);
        if (_buffer.Length < wanted)
        {
            Return();
            _buffer = ArrayPool<byte>.Shared.Rent(wanted);
        }

        _next = isForHeaders ? HeaderBytes : Math.Min(LargestBytes, 2 * wanted);
        (_start, _length) = (offset, _source!.Read(offset, _buffer.AsSpan(0, wanted)));
    }

    private void Return()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        (_buffer, _length) = ([], 0);
    }
}
