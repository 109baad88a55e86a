using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Exchange.Benches.Load.Rounds;

namespace Exchange.Benches.Load.Servers;

/// <summary>A server as a process of its own, so that its CPU and its heap are counted apart from the client's. Ends with its owner.</summary>
internal sealed class ServerProcess : IMeasuredProcess, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private ServerProcess(ServerKind kind, Process process)
    {
        Name = kind == ServerKind.Bare ? "bare server" : "runtime server";
        _process = process;
    }

    public string Name { get; }

    public ServerGreeting Greeting { get; private set; } = new(0, []);

    public static async Task<ServerProcess> StartAsync(ServerKind kind, X509Certificate2 client)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ServerProcess).Assembly.Location);
        }

        start.ArgumentList.Add("serve");
        start.ArgumentList.Add(kind.ToString());
        var server = new ServerProcess(kind, Process.Start(start) ?? throw new InvalidOperationException("The server process did not start."));
        try
        {
            server.Greeting = await server.AskAsync<ServerGreeting>(Convert.ToBase64String(client.RawData));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public Task<Usage> ReadUsageAsync() => AskAsync<Usage>(ServerControl.UsageCommand);

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<T> AskAsync<T>(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        var answer = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
            ?? throw new InvalidOperationException($"The {Name} has ended; what it said stands above.");
        return JsonSerializer.Deserialize<T>(answer)!;
    }
}
