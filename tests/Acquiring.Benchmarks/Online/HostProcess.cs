using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Acquiring.Benchmarks.Bank;

namespace Acquiring.Benchmarks.Online;

/// <summary>The built host on the run's own server, listening on a loopback port: what a terminal gateway talks to.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private HostProcess(Process process, int port)
    {
        (_process, EndPoint) = (process, new IPEndPoint(IPAddress.Loopback, port));
        process.OutputDataReceived += (_, e) => Hear(e.Data);
        process.ErrorDataReceived += (_, e) => Hear(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public IPEndPoint EndPoint { get; }

    public static async Task<HostProcess> StartAsync(BenchmarkBank bank, BankDatabase database, CancellationToken cancellationToken)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments = [Find(), "serve", "--urls", $"http://127.0.0.1:{port}/", "--data", bank.HostDirectory];
        Array.ForEach(arguments, start.ArgumentList.Add);
        // What the caller's shell holds must not steer the product.
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("ACQUIRING_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["ACQUIRING_DATABASE"] = database.ConnectionString;
        var host = new HostProcess(Process.Start(start)!, port);
        try
        {
            await host.BecomeReadyAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task BecomeReadyAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Patience && !_process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://{EndPoint}/health/ready"), cancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(AskAgain, cancellationToken);
        }

        throw new TimeoutException($"serve did not become ready.\n{_said}");
    }

    private void Hear(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>In the same tree, built in the same configuration.</summary>
    private static string Find()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var (framework, configuration) = (here.Name, here.Parent!.Name);
        for (var root = here.Parent; root is not null; root = root.Parent)
        {
            var dll = Path.Combine(root.FullName, "src", "Acquiring.Host", "bin", configuration, framework, "acquiring.dll");
            if (File.Exists(dll))
            {
                return dll;
            }
        }

        throw new FileNotFoundException("src/Acquiring.Host is not built in this configuration.");
    }
}
