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

    /// <summary>The server and all its backends at once, as the kernel ends them when a machine is out of memory: nobody gets to write.</summary>
    /// <returns>How many processes were killed.</returns>
    public static int KillWhole(string data)
    {
        using var server = Of(data) ?? throw new InvalidOperationException("No server runs.");
        var children = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
            .Where(id => id > 0 && ParentOf(id) == server.Id)
            .ToList();
        server.Kill();
        foreach (var id in children)
        {
            try
            {
                using var child = Process.GetProcessById(id);
                child.Kill();
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                // It ended by itself.
            }
        }

        return children.Count + 1;
    }

    /// <summary>Past the product, to what it keeps.</summary>
    public static string ConnectionStringIn(string data)
    {
        // Lines of the pid file: process, folder, start, port, socket's folder.
        var lines = File.ReadAllLines(Path.Combine(data, "postgres", "postmaster.pid"));
        return $"Host={lines[4].Trim()};Port={lines[3].Trim()};Username=acquiring;Database=acquiring;Pooling=false";
    }

    /// <summary>Zero when there is no such process any more. The name before the parent may hold anything, so the last bracket counts.</summary>
    private static int ParentOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
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
