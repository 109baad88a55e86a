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
        Name = kind switch
        {
            ServerKind.Bare => "bare server",
            ServerKind.Runtime => "runtime server",
            _ => kind.ToString().ToLowerInvariant(),
        };
        _process = process;
    }

    public string Name { get; }

    public ServerGreeting Greeting { get; private set; } = new(0, []);

    public static Task<ServerProcess> StartAsync(ServerKind kind, X509Certificate2 client) => StartAsync(kind, Convert.ToBase64String(client.RawData));

    /// <summary>Starts a server and tells it what it has to know; returns when it serves.</summary>
    public static async Task<ServerProcess> StartAsync(ServerKind kind, string order)
    {
        var server = Launch(kind);
        try
        {
            server.Greeting = JsonSerializer.Deserialize<ServerGreeting>(await server.AskLineAsync(order))!;
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a server, which waits for its first line.</summary>
    public static ServerProcess Launch(ServerKind kind)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ServerProcess).Assembly.Location);
        }

        start.ArgumentList.Add("serve");
        start.ArgumentList.Add(kind.ToString());
        return new ServerProcess(kind, Process.Start(start) ?? throw new InvalidOperationException("The server process did not start."));
    }

    public async Task<Usage> ReadUsageAsync() => JsonSerializer.Deserialize<Usage>(await AskLineAsync(ServerControl.UsageCommand))!;

    /// <summary>Writes a line, and reads the one that answers it.</summary>
    public Task<string> AskLineAsync(string line) => AskLineAsync(line, Patience);

    /// <summary>The same, of one that may take longer.</summary>
    public async Task<string> AskLineAsync(string line, TimeSpan patience)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        return await _process.StandardOutput.ReadLineAsync().WaitAsync(patience)
            ?? throw new InvalidOperationException($"The {Name} has ended; what it said stands above.");
    }

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
}
