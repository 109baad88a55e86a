using System.Buffers.Binary;
using System.Text;
using Exchange.Node.Keys;
using Exchange.Policy.Model;
using Exchange.Vocabulary;
using Exchange.Vocabulary.Hashing;

namespace Exchange.Node.Allowances;

/// <summary>
/// Names what is counted: HMAC-SHA-256 under a key of the node over the use, the rule's tuple, the subject and the calendar period. So the
/// count outlives a rule's renaming and a restart, and the store's file tells nobody whom it is about (I6).
/// </summary>
internal sealed class AllowanceKeys(MasterKey master)
{
    /// <summary>Four names of at most 255 bytes, each with its length before it, the subject and three numbers.</summary>
    private const int MaximumMessage = 2048;

    private readonly HmacSha256 _key = master.DeriveHmac("exchange.allowance.v1"u8);

    /// <summary>The count of the period that holds the instant.</summary>
    /// <param name="use">What is counted.</param>
    /// <param name="rule">Under which rule.</param>
    /// <param name="subject">About whom: the blind index of the provider's own name; zeros where records are about nobody.</param>
    /// <param name="per">In which stretch of the calendar.</param>
    /// <param name="now">The instant.</param>
    internal AllowanceKey Of(AllowanceUse use, in RuleKey rule, in Digest subject, CalendarPeriod per, Instant now)
    {
        var (start, end) = per.Around(now);
        Span<byte> message = stackalloc byte[MaximumMessage];
        message[0] = (byte)use;
        message[1] = (byte)per;
        BinaryPrimitives.WriteInt64BigEndian(message[2..], start.Microseconds);
        subject.CopyTo(message[10..]);
        var length = 10 + Digest.Size;
        length = Append(message, length, rule.Consumer.Value);
        length = Append(message, length, rule.Provider.Value);
        length = Append(message, length, rule.Dataset.Value);
        length = Append(message, length, rule.Purpose.Value);
        Span<byte> mac = stackalloc byte[Digest.Size];
        _key.Write(message[..length], mac);
        return new AllowanceKey(new Digest(mac), end);
    }

    private static int Append(Span<byte> message, int position, string text)
    {
        var written = Encoding.UTF8.GetBytes(text, message[(position + sizeof(ushort))..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[position..], (ushort)written);
        return position + sizeof(ushort) + written;
    }
}

/// <summary>What an allowance is used up by; numbers go into stored keys.</summary>
internal enum AllowanceUse
{
    /// <summary>Fetches of records: the obligation <c>frequency</c>.</summary>
    Fetches = 1,

    /// <summary>Fresh evaluations of assertions: <c>assertion_budget</c>.</summary>
    Evaluations = 2,
}

/// <summary>Names one count.</summary>
/// <param name="Name">Opaque.</param>
/// <param name="End">When its period ends, and it can be forgotten.</param>
internal readonly record struct AllowanceKey(Digest Name, Instant End);
