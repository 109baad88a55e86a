using System.Buffers;

namespace Exchange.Policy.Minimisation;

/// <summary>
/// The slower way: brings the fields of a record and of every message in it into ascending order. Fields of one number keep their order. That
/// permutes the bytes of each message and changes no length, so it is done in place.
/// </summary>
internal static class FieldOrder
{
    /// <summary>False if the framing is malformed.</summary>
    public static bool TryRestore(MessagePlan plan, Span<byte> message)
    {
        if (!TryCount(message, out var fields, out var isAscending))
        {
            return false;
        }

        if (!isAscending)
        {
            Sort(message, fields);
        }

        var reader = new WireReader(message);
        while (reader.Position < message.Length && reader.TryReadTag(message.Length, out var tag))
        {
            var child = (tag & 7) == WireType.Delimited ? plan.Find(tag >> 3)?.Message : null;
            if (child is null)
            {
                reader.TrySkip(tag, message.Length);
                continue;
            }

            reader.TryReadLength(message.Length, out var length);
            if (!TryRestore(child, message.Slice(reader.Position, length)))
            {
                return false;
            }

            reader.Position += length;
        }

        return true;
    }

    private static bool TryCount(ReadOnlySpan<byte> message, out int fields, out bool isAscending)
    {
        (fields, isAscending) = (0, true);
        var previous = 0u;
        var reader = new WireReader(message);
        while (reader.Position < message.Length)
        {
            if (!reader.TryReadTag(message.Length, out var tag) || !reader.TrySkip(tag, message.Length))
            {
                return false;
            }

            isAscending &= previous <= tag >> 3;
            previous = tag >> 3;
            fields++;
        }

        return true;
    }

    private static void Sort(Span<byte> message, int fields)
    {
        var places = ArrayPool<ulong>.Shared.Rent(fields);
        var unordered = ArrayPool<byte>.Shared.Rent(message.Length);
        message.CopyTo(unordered);
        var reader = new WireReader(unordered);
        foreach (ref var place in places.AsSpan(0, fields))
        {
            var start = reader.Position;
            reader.TryReadTag(message.Length, out var tag);
            reader.TrySkip(tag, message.Length);

            // The number above, the place below: sorting keeps the order of equal numbers.
            place = (ulong)(tag >> 3) << 32 | (uint)start;
        }

        places.AsSpan(0, fields).Sort();
        var written = 0;
        foreach (var place in places.AsSpan(0, fields))
        {
            var start = (int)(uint)place;
            reader.Position = start;
            reader.TryReadTag(message.Length, out var tag);
            reader.TrySkip(tag, message.Length);
            unordered.AsSpan(start..reader.Position).CopyTo(message[written..]);
            written += reader.Position - start;
        }

        unordered.AsSpan(0, message.Length).Clear();
        ArrayPool<byte>.Shared.Return(unordered);
        ArrayPool<ulong>.Shared.Return(places);
    }
}
