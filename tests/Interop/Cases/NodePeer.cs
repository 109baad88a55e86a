using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exchange.Interop.Tests.Cases;

/// <summary>
/// One Node.js process for all cases of a direction: a JSON object a line in, a JSON object a line out. It ends when its standard input does,
/// so it does not outlive us.
/// </summary>
internal sealed class NodePeer : IAsyncDisposable
{
    /// <summary>For a peer that hangs; nothing here takes a tenth of it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private NodePeer(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    internal static async Task<NodePeer> StartAsync(string script, JsonObject configuration)
    {
        var peer = new NodePeer(Process.Start(new ProcessStartInfo("node", [Path.Combine(NodeScript.Folder, "cases", script)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
        await peer.TellAsync(configuration);
        return peer;
    }

    internal async Task TellAsync(JsonObject line)
    {
        await _process.StandardInput.WriteLineAsync(line.ToJsonString());
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>The next line that it prints.</summary>
    internal async Task<JsonElement> HearAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        if (await _process.StandardOutput.ReadLineAsync(patience.Token) is not { } line)
        {
            throw new InvalidOperationException($"The peer has ended: {await _errors}");
        }

        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            _process.Dispose();
        }
    }
}
