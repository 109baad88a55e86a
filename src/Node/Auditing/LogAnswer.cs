using Exchange.Node.Refusals;

namespace Exchange.Node.Auditing;

/// <summary>What a question about the log came to: an answer, or a refusal.</summary>
internal readonly record struct LogAnswer<T>(T? Response, Refusal? Refusal)
    where T : class
{
    public static implicit operator LogAnswer<T>(T response) => new(response, null);

    public static implicit operator LogAnswer<T>(Refusal refusal) => new(null, refusal);
}
