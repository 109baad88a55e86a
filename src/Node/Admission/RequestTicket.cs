using System.Globalization;
using System.Text;
using Exchange.Node.Refusals;
using Exchange.Vocabulary;

namespace Exchange.Node.Admission;

/// <summary>What makes a request this one and no other: its id, for which node it is, and how long it may be used.</summary>
/// <param name="Id">Sixteen random bytes.</param>
/// <param name="Expire">After it the id may be forgotten, since the request is refused by its age.</param>
internal readonly record struct RequestTicket(RequestId? Id, Instant Expire)
{
    /// <summary>The longest life of a request: so long are ids remembered.</summary>
    internal static readonly TimeSpan MaximumLife = TimeSpan.FromMinutes(10);

    /// <summary>How far a caller's clock may be ahead.</summary>
    internal static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(30);

    /// <summary>Reads the ticket of a fetch; None when it is good.</summary>
    internal static ErrorCode Read(FetchMessage message, ReadOnlySpan<byte> origin, Instant now, out RequestTicket ticket, out IReadOnlyList<Violation> violations)
    {
        ticket = default;
        var id = ReadId(message.RequestId);
        if (id is null)
        {
            violations = [MissingId];
            return ErrorCode.RequestMalformed;
        }

        // What lies outside the bounds must neither stay in the table of ids until then nor stand in an entry, which has no room for just any number.
        var (issue, expire) = (message.IssueTime, message.ExpireTime);
        var isTimely = issue <= now + ClockTolerance && issue >= now - MaximumLife && expire > now && expire > issue && expire <= issue + MaximumLife;
        ticket = new RequestTicket(id, isTimely ? expire : default);
        violations = [];
        if (!message.NodeOrigin.SequenceEqual(origin))
        {
            violations = [new Violation("node_origin", $"this node's log origin is {Encoding.UTF8.GetString(origin)}")];
            return ErrorCode.OriginMismatch;
        }

        if (!isTimely)
        {
            violations = [new Violation("expire_time", string.Create(CultureInfo.InvariantCulture, $"the node's time is {now}; issue_time may be at most {ClockTolerance.TotalSeconds:0} s ahead of it, expire_time after it and at most {MaximumLife.TotalMinutes:0} min after issue_time"))];
            return ErrorCode.RequestExpired;
        }

        return ErrorCode.None;
    }

    /// <summary>Reads an id alone, for acts that carry no times: they are remembered for the longest life.</summary>
    internal static RequestTicket? ReadAlone(ReadOnlySpan<byte> id, Instant now) =>
        ReadId(id) is { } read ? new RequestTicket(read, now + MaximumLife) : null;

    internal static Violation MissingId => new("request_id", $"must be {RequestId.Size} random bytes, fresh for each request");

    private static RequestId? ReadId(ReadOnlySpan<byte> bytes) =>
        RequestId.TryRead(bytes, out var id) && id.Value != UInt128.Zero ? id : null;
}
