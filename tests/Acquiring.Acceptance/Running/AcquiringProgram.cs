using System.Diagnostics;

namespace Acquiring.Acceptance.Running;

/// <summary>The built executable, as a person starts it.</summary>
public static class AcquiringProgram
{
    /// <summary>Generous: the machine may be busy. A verb that needs longer hangs.</summary>
    public static readonly TimeSpan VerbTimeout = TimeSpan.FromMinutes(3);

    /// <summary>Long scenarios run in full only when asked.</summary>
    public static bool InFull => Environment.GetEnvironmentVariable("ACQUIRING_FULL") == "1";

    private static readonly string Assembly = Find();

    /// <param name="settings">Environment variables of the host, such as <c>Ingest__LinesPerChunk</c>.</param>
    public static Process Start(
        IEnumerable<string> arguments, string? workingDirectory = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingDirectory ?? Path.GetTempPath(),
        };
        start.ArgumentList.Add(Assembly);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // What the tester's shell holds must not steer the product.
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        start.Environment["LC_ALL"] = "C.UTF-8";
        var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        // No verb ever prompts: there is nobody to answer.
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Runs to the end, or kills the whole tree when the time is up.</summary>
    public static async Task<Answer> RunAsync(
        IReadOnlyList<string> arguments, Action<Process>? watch = null, TimeSpan? timeout = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        using var process = Start(arguments, settings: settings);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        watch?.Invoke(process);
        using var limit = new CancellationTokenSource(timeout ?? VerbTimeout);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"acquiring {string.Join(' ', arguments)} did not end in time.\n{await error}", e);
        }

        return new Answer(string.Join(' ', arguments), process.ExitCode, await output, await error);
    }

    private static bool IsOurs(string name) =>
        name.StartsWith("ACQUIRING_", StringComparison.Ordinal) || name.StartsWith("PG", StringComparison.Ordinal)
        || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || name is "LANG" or "LC_ALL" or "LC_MESSAGES" or "LANGUAGE";

    /// <summary>Beside this assembly in the tree, built in the same configuration.</summary>
    private static string Find()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var (framework, configuration) = (here.Name, here.Parent!.Name);
        var isCluster = here.Parent.Parent!.Name == "cluster";
        for (var root = here.Parent; root is not null; root = root.Parent)
        {
            var dll = isCluster
                ? Path.Combine(root.FullName, "src", "Acquiring.Cluster", "bin", "cluster", configuration, framework, "acquiring-cluster.dll")
                : Path.Combine(root.FullName, "src", "Acquiring.Host", "bin", configuration, framework, "acquiring.dll");
            if (File.Exists(dll))
            {
                return dll;
            }
        }

        throw new FileNotFoundException("The program is not built in this configuration.");
    }
}
