using System.CommandLine;
using System.Security.Cryptography;
using Exchange.Audit.Proofs.Receipts;

namespace Exchange.Verifier;

/// <summary>The receipt keys that an auditor trusts, from files of their own.</summary>
internal static class KeyFiles
{
    /// <summary>A new option, since one belongs to one command.</summary>
    internal static Option<string[]> Option(string whatWithout) => new("--key")
    {
        Description = $"A public receipt key, PEM, from a source that you trust and not from beside what you check. Repeatable: a log may have changed keys. {whatWithout}",
    };

    /// <summary>Adds the keys of the files.</summary>
    /// <exception cref="InvalidDataException">A file holds no such key.</exception>
    internal static void Read(ReceiptKeys keys, IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            try
            {
                keys.AddPem(File.ReadAllText(path));
            }
            catch (Exception exception) when (exception is ArgumentException or CryptographicException)
            {
                throw new InvalidDataException($"{path} is no PEM file of a public key on P-256.", exception);
            }
        }
    }
}
