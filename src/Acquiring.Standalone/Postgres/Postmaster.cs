using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Acquiring.Standalone.Postgres;

/// <summary>
/// What <c>postmaster.pid</c> of a cluster says, and whether it is still true. A process number alone proves nothing: after a crash
/// another program may have it.
/// </summary>
/// <param name="SocketDirectory">Empty when the server listens on a loopback port only.</param>
/// <param name="Status">PostgreSQL's own word: <c>starting</c>, <c>ready</c>, <c>standby</c>, <c>stopping</c>.</param>
internal sealed record Postmaster(string Cluster, int ProcessId, int Port, string SocketDirectory, string Status)
{
    private const int PortLine = 3;
    private const int SocketLine = 4;
    private const int StatusLine = 7;

    public const string Ready = "ready";

    public static string FileOf(string cluster) => Path.Combine(cluster, "postmaster.pid");

    /// <summary>A name for the server of one cluster that survives any shell: seen in <c>ps</c>.</summary>
    public static string NameOf(string cluster) =>
        "acquiring-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cluster)))[..12];

    /// <summary>Null when there is no such file, or one that a crash cut before its first line was complete.</summary>
    public static Postmaster? Read(string cluster)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(FileOf(cluster));
        }
        catch (IOException)
        {
            return null;
        }

        string Line(int index) => index < lines.Length ? lines[index].Trim() : "";
        _ = int.TryParse(Line(PortLine), NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        return int.TryParse(Line(0), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            ? new(cluster, pid, port, Line(SocketLine), Line(StatusLine) is { Length: > 0 } status ? status : "starting")
            : null;
    }

    /// <summary>
    /// The process lives and is the server of this very cluster. A server works in its cluster's folder, which Linux shows to its user;
    /// elsewhere its name must do, and the connection made next proves the rest.
    /// </summary>
    public bool IsRunning()
    {
        try
        {
            using var process = Process.GetProcessById(ProcessId);
            return OperatingSystem.IsLinux()
                ? WorksIn() is { } folder ? folder == Cluster : IsNamedAfterCluster()
                : process.ProcessName.StartsWith("postgres", StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IOException)
        {
            return false;
        }
    }

    /// <summary>Null when it may not be known: root in a container has no right to look into another user's process.</summary>
    private string? WorksIn()
    {
        try
        {
            return new DirectoryInfo(Proc("cwd")).LinkTarget;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return null;
        }
    }

    /// <summary>The server's command line, which everybody may read, says its name.</summary>
    private bool IsNamedAfterCluster() =>
        File.ReadAllText(Proc("cmdline")).Split('\0').Contains("cluster_name=" + NameOf(Cluster), StringComparer.Ordinal);

    private string Proc(string name) => $"/proc/{ProcessId.ToString(CultureInfo.InvariantCulture)}/{name}";
}
