using System.Diagnostics;

namespace Acquiring.Acceptance.Running;

/// <summary>The server that a killed host leaves behind on purpose, so that the next host adopts it. Here nobody comes after.</summary>
public static class PrivatePostgres
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The server's process of a data directory, when one runs.</summary>
    public static Process? Of(string data)
    {
        if (!Directory.Exists(data))
        {
            return null;
        }

        foreach (var file in Directory.EnumerateFiles(data, "postmaster.pid", SearchOption.AllDirectories))
        {
            var lines = File.ReadAllLines(file);
            if (lines.Length > 0 && int.TryParse(lines[0], out var id) && IsServerOf(id, Path.GetDirectoryName(file)!))
            {
                return Process.GetProcessById(id);
            }
        }

        return null;
    }

    public static async Task KillIn(string data)
    {
        using var server = Of(data);
        if (server is null)
        {
            return;
        }

        server.Kill();
        await server.WaitForExitAsync(new CancellationTokenSource(Patience).Token);
    }

    /// <summary>A process number alone proves nothing: it may belong to another by now. A server works in its own directory.</summary>
    private static bool IsServerOf(int id, string cluster)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Contains("postgres", StringComparison.Ordinal)
                   && File.ResolveLinkTarget($"/proc/{id}/cwd", returnFinalTarget: false)?.FullName == cluster;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
