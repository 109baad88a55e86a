using Exchange.Client;

namespace Exchange.Cli.Consents;

/// <summary>A consent event as data: its number alone, so that a script can go on with it.</summary>
internal static class ConsentReport
{
    internal static void Write(Output output, ConsentConfirmation confirmation)
    {
        if (output.IsJson)
        {
            output.WriteJson(new { Consent = confirmation.Id.ToString(), confirmation.Revision, confirmation.Receipt.LogOrigin, Entry = confirmation.Receipt.Index });
        }
        else
        {
            output.Data.WriteLine(confirmation.Id.ToString());
        }
    }
}
