using System.Text.Json;
using Exchange.Tests;

namespace Exchange.Envelope.Tests.Hpke;

/// <summary>Public test vectors, read from the folder beside the repository.</summary>
internal static class SharedVectors
{
    internal static JsonElement Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Prerequisites.Shared!, "vectors", file)));
        return document.RootElement.Clone();
    }

    internal static byte[] Hex(this JsonElement element, string property) => Convert.FromHexString(element.GetProperty(property).GetString()!);

    internal static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString()!;
}
