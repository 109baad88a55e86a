using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Exchange.Benches.Load.Rounds;
using Exchange.Cli.Certs;

namespace Exchange.Benches.Load.Transfers.Servers;

/// <summary>
/// nginx as a pass-through for gRPC with mutual TLS 1.3 on both sides: two workers, connections to the provider kept and reused, sessions
/// resumed, nothing logged. It reads no message.
/// </summary>
internal sealed class Nginx : IMeasuredProcess, IAsyncDisposable
{
    /// <summary>Where Debian has it; on the PATH there for root alone.</summary>
    private const string UsualFolder = "/usr/sbin";

    private static readonly string? Program = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Append(UsualFolder)
        .Select(folder => Path.Combine(folder, "nginx")).FirstOrDefault(File.Exists);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly int[] _workers;

    private Nginx(Process process, int[] workers, int port)
    {
        _process = process;
        _workers = workers;
        Port = port;
    }

    /// <summary>Whether the machine has it; a run without it leaves its arm out, and says so.</summary>
    public static bool IsInstalled => Program is not null;

    public string Name => "nginx";

    public int Port { get; }

    /// <summary>CPU of each worker since its start, microseconds.</summary>
    public IReadOnlyList<double> WorkerMicroseconds => [.. _workers.Select(CpuOf)];

    public static async Task<Nginx> StartAsync(string folder, string certificates, int providerPort)
    {
        var port = FreePort();
        var home = Directory.CreateDirectory(Path.Combine(folder, "nginx")).FullName;
        var file = Path.Combine(home, "nginx.conf");
        await File.WriteAllTextAsync(file, Configuration(Path.GetRelativePath(home, certificates), port, providerPort));
        var start = new ProcessStartInfo(Program!) { UseShellExecute = false, RedirectStandardError = true };
        foreach (var argument in (string[])["-p", home, "-c", file, "-e", "stderr"])
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("nginx did not start.");
        var clock = Stopwatch.StartNew();
        while (Workers(process.Id) is { Length: < 2 })
        {
            if (process.HasExited || clock.Elapsed > Patience)
            {
                process.Kill(entireProcessTree: true); // Its standard error ends with it.
                throw new InvalidOperationException($"nginx does not run: {await process.StandardError.ReadToEndAsync()}");
            }

            await Task.Delay(20);
        }

        return new Nginx(process, Workers(process.Id), port);
    }

    public Task<Usage> ReadUsageAsync() => Task.FromResult(new Usage(WorkerMicroseconds.Sum(), null));

    public async ValueTask DisposeAsync()
    {
        // Its master ends the workers; SIGTERM comes from kill, as .NET has only SIGKILL.
        using (var kill = Process.Start("kill", _process.Id.ToString(CultureInfo.InvariantCulture)))
        {
            await kill.WaitForExitAsync();
        }

        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    /// <summary>The configuration, whose paths start at its own folder; docs/performance.md shows it.</summary>
    internal static string Configuration(string certificates, int port, int providerPort)
    {
        var node = Path.Combine(certificates, DevelopmentFolder.Node);
        var (certificate, key, anchor) = (Path.Combine(node, NodeFolder.CertificateFile), Path.Combine(node, NodeFolder.CertificateKeyFile), Path.Combine(certificates, DevelopmentAuthority.AnchorFile));
        return string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off;
            pid nginx.pid;
            error_log stderr error;
            worker_processes 2;
            events { worker_connections 8192; }
            http {
              access_log off;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              upstream provider {
                server 127.0.0.1:{{providerPort}};
                keepalive 512;
                keepalive_requests 100000000;
                keepalive_time 1h;
              }
              server {
                listen 127.0.0.1:{{port}} ssl http2 reuseport;
                ssl_protocols TLSv1.3;
                ssl_certificate {{certificate}};
                ssl_certificate_key {{key}};
                ssl_client_certificate {{anchor}};
                ssl_verify_client on;
                ssl_session_cache shared:clients:10m;
                keepalive_requests 100000000;
                http2_max_concurrent_streams 1024;
                client_max_body_size 0;
                location / {
                  grpc_pass grpcs://provider;
                  grpc_ssl_protocols TLSv1.3;
                  grpc_ssl_certificate {{certificate}};
                  grpc_ssl_certificate_key {{key}};
                  grpc_ssl_trusted_certificate {{anchor}};
                  grpc_ssl_verify on;
                  grpc_ssl_name localhost;
                  grpc_ssl_session_reuse on;
                  grpc_buffer_size 64k;
                }
              }
            }
            """);
    }

    private static int[] Workers(int master) =>
        File.Exists($"/proc/{master}/task/{master}/children")
            ? [.. File.ReadAllText($"/proc/{master}/task/{master}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))]
            : [];

    /// <summary>The first figure is nanoseconds on a core; a worker has one thread.</summary>
    private static double CpuOf(int process) => double.Parse(File.ReadAllText($"/proc/{process}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1000;

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
