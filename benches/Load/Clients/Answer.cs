namespace Exchange.Benches.Load.Clients;

/// <summary>An arm that answers wrongly has no speed.</summary>
internal static class Answer
{
    public static void Check(byte[]? answer, byte[] message)
    {
        if (answer is null || !answer.AsSpan().SequenceEqual(message))
        {
            throw new InvalidDataException($"The echo of {message.Length} bytes came back as {answer?.Length.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no"} other bytes.");
        }
    }

    public static void Check(int messages, int expected)
    {
        if (messages != expected)
        {
            throw new InvalidDataException($"A stream of {expected} messages came with {messages}.");
        }
    }
}
