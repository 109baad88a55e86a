using Exchange.Vocabulary;

namespace Exchange.Node.Admission;

/// <summary>
/// Ids with the second after which each may be forgotten: a table with open addressing, 24 bytes a place and no object among them, since a busy
/// node holds millions for minutes and a collector would walk through them again and again. What has expired is overwritten, and left behind when the
/// table is made anew. Not safe for concurrent use.
/// </summary>
internal sealed class TakenIds
{
    private const int SmallestCapacity = 1024;

    private Place[] _places = new Place[SmallestCapacity];
    private int _used;

    /// <summary>Places that the table has, for tests: it shrinks again when what it held has expired.</summary>
    internal int Capacity => _places.Length;

    /// <summary>Takes an id of a member; false when it was taken before and has not expired.</summary>
    /// <param name="member">The member's number.</param>
    /// <param name="id">The id.</param>
    /// <param name="hash">Of both, seeded, so that nobody can choose ids that crowd one place.</param>
    /// <param name="expire">Seconds since the epoch, not zero, rounded up.</param>
    /// <param name="now">Seconds since the epoch.</param>
    internal bool TryTake(int member, RequestId id, int hash, uint expire, uint now)
    {
        var taken = new Place((ulong)(id.Value >> 64), (ulong)id.Value, member, expire);
        var free = -1;
        var at = hash & (_places.Length - 1);
        for (; _places[at].Expire != 0; at = (at + 1) & (_places.Length - 1))
        {
            ref var place = ref _places[at];
            if (place.Expire < now)
            {
                free = free < 0 ? at : free;
            }
            else if (place.High == taken.High && place.Low == taken.Low && place.Member == member)
            {
                return false;
            }
        }

        if (free < 0)
        {
            free = at;
            _used++;
        }

        _places[free] = taken;
        if (_used > _places.Length / 4 * 3)
        {
            Renew(now);
        }

        return true;
    }

    private void Renew(uint now)
    {
        var living = 0;
        foreach (ref readonly var place in _places.AsSpan())
        {
            living += place.Expire >= now ? 1 : 0;
        }

        var capacity = SmallestCapacity;
        while (capacity < living * 2)
        {
            capacity *= 2;
        }

        var renewed = new Place[capacity];
        foreach (ref readonly var place in _places.AsSpan())
        {
            if (place.Expire >= now && place.Expire != 0)
            {
                var at = HashOf(place.Member, new RequestId(new UInt128(place.High, place.Low))) & (capacity - 1);
                while (renewed[at].Expire != 0)
                {
                    at = (at + 1) & (capacity - 1);
                }

                renewed[at] = place;
            }
        }

        (_places, _used) = (renewed, living);
    }

    internal static int HashOf(int member, RequestId id) => HashCode.Combine((ulong)(id.Value >> 64), (ulong)id.Value, member);

    private readonly record struct Place(ulong High, ulong Low, int Member, uint Expire);
}
