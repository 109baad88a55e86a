using Exchange.Client;

namespace Exchange.Cli.Demo.Story;

/// <summary>Does what should be refused.</summary>
internal static class Refusal
{
    /// <summary>The refusal, or null when it was answered after all.</summary>
    internal static async Task<ExchangeRefusedException?> OfAsync(Func<Task> ask)
    {
        try
        {
            await ask();
            return null;
        }
        catch (ExchangeRefusedException refusal)
        {
            return refusal;
        }
    }
}
