using System.Text.Json;

namespace Exchange.Cli.Demo.World;

/// <summary>The one line that a node writes when it is ready.</summary>
/// <param name="Listening">Where members connect, for instance <c>127.0.0.1:43121</c>.</param>
/// <param name="Operations">Where probes connect.</param>
/// <param name="Origin">The name of its log.</param>
public sealed record NodeAddress(string Listening, string Operations, string Origin)
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Where members connect.</summary>
    public Uri Endpoint => new($"https://{Listening}");

    /// <summary>Reads the line.</summary>
    /// <exception cref="InvalidDataException">It is not one.</exception>
    public static NodeAddress Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<NodeAddress>(line, Format) ?? throw new InvalidDataException("The node wrote null.");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"The node wrote '{line}' in place of its address.", fault);
        }
    }
}
