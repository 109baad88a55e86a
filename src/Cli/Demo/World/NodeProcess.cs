using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Exchange.Cli.Demo.World;

/// <summary>A node as a process of its own, so that it can be killed. It is this program again, with <c>node run</c>.</summary>
public sealed partial class NodeProcess : IRunningNode
{
    private const string ProgramName = "exchange";
    private const int Terminate = 15; // SIGTERM
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly Task _log;

    private NodeProcess(Process process, NodeAddress address, Task log)
    {
        _process = process;
        _log = log;
        Address = address;
    }

    /// <inheritdoc/>
    public NodeAddress Address { get; }

    /// <summary>The process's number.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a node and returns when it is ready.</summary>
    /// <param name="configuration">Its node.yaml.</param>
    /// <param name="logFile">Where its log lines go; a second start appends.</param>
    /// <param name="cancellation">Gives up waiting, and ends the process.</param>
    /// <exception cref="NodeNotReadyException">It ended, or was not ready in time; the message has its last words.</exception>
    public static async Task<NodeProcess> StartAsync(string configuration, string logFile, CancellationToken cancellation)
    {
        var process = Process.Start(Command(configuration)) ?? throw new InvalidOperationException("The node's process did not start.");
        var log = KeepLogAsync(process.StandardError, logFile);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StartLimit);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(limit.Token);
            if (line is not null)
            {
                return new NodeProcess(process, NodeAddress.Parse(line), log);
            }
        }
        catch (OperationCanceledException)
        {
            // Out of time, or not wanted any more: either way the process ends first, lest it write into a folder that is being removed.
        }

        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        await log;
        cancellation.ThrowIfCancellationRequested();
        throw new NodeNotReadyException(string.Join(Environment.NewLine, (await File.ReadAllLinesAsync(logFile, CancellationToken.None)).TakeLast(20)));
    }

    /// <summary>Ends the process at once, as a power cut would: nothing that it holds in memory survives.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _log;
    }

    /// <summary>Waits until the process has ended by itself, and says with which exit code.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        return _process.ExitCode;
    }

    /// <summary>Asks the process to stop in order, and insists after a while.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            RequestStop();
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                await KillAsync();
            }
        }

        await _log;
        _process.Dispose();
    }

    private void RequestStop()
    {
        if (OperatingSystem.IsWindows() || Kill(_process.Id, Terminate) != 0)
        {
            _process.Kill();
        }
    }

    // Under 'dotnet test' or 'dotnet exchange.dll' the process is dotnet, and the program an assembly.
    private static ProcessStartInfo Command(string configuration)
    {
        var self = Environment.ProcessPath;
        var command = Path.GetFileNameWithoutExtension(self) == ProgramName
            ? new ProcessStartInfo(self!)
            : new ProcessStartInfo("dotnet") { ArgumentList = { Assembly.GetExecutingAssembly().Location } };
        foreach (var argument in new[] { "node", "run", "--until-input-ends", "--config", configuration })
        {
            command.ArgumentList.Add(argument);
        }

        // The node ends with this process, even if this one is killed: then the pipe closes.
        command.RedirectStandardInput = true;
        command.RedirectStandardOutput = true;
        command.RedirectStandardError = true;
        return command;
    }

    // A pipe that nobody empties would stop the node.
    private static async Task KeepLogAsync(StreamReader lines, string logFile)
    {
        await using var log = new StreamWriter(logFile, append: true) { AutoFlush = true };
        while (await lines.ReadLineAsync() is { } line)
        {
            await log.WriteLineAsync(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
