using System.Diagnostics;

namespace Acquiring.Standalone.Postgres;

/// <summary>What a finished program said. <see cref="Said"/> is its last words, for people.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error)
{
    private const int SaidLinesMax = 6;

    public string Said => string.Join(" / ", (Error + "\n" + Output)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .TakeLast(SaidLinesMax));
}

/// <summary>
/// Runs one program to its end: nothing on standard input, its words captured (ours belong to our caller), no PG* variable of the
/// caller's shell, the root folder as its working directory (the caller's may be closed to the unprivileged user).
/// </summary>
internal static class Tool
{
    public static async Task<ToolResult> RunAsync(
        string program, IReadOnlyList<string> arguments, ServerAccount? account, CancellationToken cancellationToken,
        string? workingDirectory = null, bool capture = true)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = capture,
            RedirectStandardError = capture,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = workingDirectory ?? Path.GetPathRoot(Environment.SystemDirectory is { Length: > 0 } s ? s : "/")!,
        };
        if (account is not null)
        {
            start.UserName = account.Name;
        }

        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        process.StandardInput.Close();
        try
        {
            var output = capture ? process.StandardOutput.ReadToEndAsync(cancellationToken) : Task.FromResult("");
            var error = capture ? process.StandardError.ReadToEndAsync(cancellationToken) : Task.FromResult("");
            await process.WaitForExitAsync(cancellationToken);
            return new(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
