using System.Runtime.CompilerServices;

namespace Exchange.Policy.Minimisation;

/// <summary>Runs of repeated scalars: packed or not on the wire, and packed or not in the canonical form.</summary>
internal ref partial struct RecordPass
{
    /// <summary>The canonical form of a repeated scalar is one packed run, however it arrived.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private PassOutcome Packed(FieldPlan field, uint tag, int start, int end, out bool isThere)
    {
        var (pieces, length) = (0, 0);
        var isCanonical = tag == field.Tag;
        do
        {
            if (!TryReadPiece(field, tag == field.Tag, end, out var piece))
            {
                isThere = false;
                return PassOutcome.Malformed;
            }

            pieces++;
            length += piece;
        }
        while (_in.TryReadTagOf(field.Tag, field.OtherTag, end, out tag));

        isThere = length > 0;
        if (!isThere || !_released.Overlaps(field.Leaves))
        {
            _out.Drop(start, _in.Position);
        }
        else if (!_out.IsMuted && (!isCanonical || pieces > 1 || !_kept.Overlaps(field.Leaves)))
        {
            Pack(field, start, length);
        }

        return PassOutcome.Done;
    }

    private void Pack(FieldPlan field, int start, int length)
    {
        var isKept = _kept.Overlaps(field.Leaves);
        _out.Replace(start, _in.Position);
        _out.Append(field.Tag);
        var lengthAt = _out.Written;
        var width = _out.Reserve(isKept ? length : _plan.Growth.MaximumRun(length));
        var reader = _in with { Position = start };
        while (reader.Position < _in.Position)
        {
            reader.TryReadTag(_in.Position, out var tag);
            var value = reader.Position;
            reader.TrySkip(tag, _in.Position);
            if (tag == field.Tag)
            {
                value = reader.Position - Content(value, reader.Position).Length;
            }

            if (isKept)
            {
                _out.Append(_record[value..reader.Position]);
                continue;
            }

            for (; value < reader.Position; value += WireReader.Size(field.Encoding, _record[value..]))
            {
                _out.Append(field.Encoding, Rounded(field, value));
            }
        }

        _out.Patch(lengthAt, width);
    }

    /// <summary>The canonical form of a field declared [packed = false] has a tag for every element.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private PassOutcome Unpacked(FieldPlan field, uint tag, int start, int end, out bool isThere)
    {
        var isPacked = tag == field.OtherTag;
        isThere = false;
        if (!TryReadPiece(field, isPacked, end, out var length))
        {
            return PassOutcome.Malformed;
        }

        isThere = length > 0;
        if (!_released.Overlaps(field.Leaves))
        {
            _out.Drop(start, _in.Position);
        }
        else if (!_out.IsMuted && (isPacked || !_kept.Overlaps(field.Leaves)))
        {
            _out.Replace(start, _in.Position);
            for (var value = _in.Position - length; value < _in.Position; value += WireReader.Size(field.Encoding, _record[value..]))
            {
                _out.Append(field.Tag);
                _out.Append(field.Encoding, Rounded(field, value));
            }
        }

        return PassOutcome.Done;
    }

    /// <summary>Reads one element, or one packed run of them; the length is that of the elements alone.</summary>
    private bool TryReadPiece(FieldPlan field, bool isPacked, int end, out int length)
    {
        length = 0;
        var start = _in.Position;
        var isRead = isPacked
            ? _in.TryReadLength(end, out length) && _in.TryReadPacked(field, _in.Position + length)
            : _in.TryReadScalar(field, end, out _);
        if (!isRead)
        {
            return false;
        }

        length = isPacked ? length : _in.Position - start;
        if (field.Values is not null)
        {
            CheckAll(field, _in.Position - length, _in.Position);
        }

        return true;
    }
}
