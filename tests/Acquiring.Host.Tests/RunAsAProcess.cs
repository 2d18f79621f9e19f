using System.Diagnostics;
using System.Text.Json.Nodes;
using Acquiring.Host.CommandLine;
using Acquiring.Testing;

namespace Acquiring.Host.Tests;

/// <summary>What only a real process shows: streams, signals, a kill.</summary>
public sealed class RunAsAProcess(TestCluster cluster) : IAsyncLifetime
{
    private readonly TestDirectory _directory = new();
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await cluster.NewDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Standard_output_is_the_document_and_nothing_else()
    {
        using var process = Start("volumes", "--from", "2026-11-20", "--json");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        output.Trim().ShouldBe("[]");
    }

    [Fact]
    public async Task A_termination_signal_ends_a_server_with_0()
    {
        using var server = Start("serve", "--urls", "http://127.0.0.1:0", "--json");
        (await FirstDocumentAsync(server))["urls"]!.AsArray().Count.ShouldBe(1);
        using (var kill = Process.Start("kill", ["-TERM", $"{server.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await server.WaitForExitAsync();
        server.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task After_a_kill_the_next_verb_works()
    {
        using (var server = Start("serve", "--urls", "http://127.0.0.1:0", "--json"))
        {
            await FirstDocumentAsync(server);
            server.Kill();
            await server.WaitForExitAsync();
        }

        using var next = Start("idle", "--on", "2026-11-20", "--json");
        var output = await next.StandardOutput.ReadToEndAsync();
        await next.WaitForExitAsync();
        next.ExitCode.ShouldBe(0);
        output.Trim().ShouldBe("[]");
    }

    private static async Task<JsonNode> FirstDocumentAsync(Process process)
    {
        var text = "";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            text += line;
            if (line == "}")
            {
                break;
            }
        }

        return JsonNode.Parse(text)!;
    }

    private Process Start(params string[] args)
    {
        var program = typeof(Entry).Assembly.Location;
        var start = new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath! : "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] all = ["exec", program, .. args, "--data", _directory["data"], "--database", _database.ConnectionString];
        foreach (var arg in all)
        {
            start.ArgumentList.Add(arg);
        }

        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }
}
