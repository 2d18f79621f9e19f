using System.Diagnostics;
using Acquiring.Standalone.Postgres;

namespace Acquiring.Testing;

/// <summary>
/// A temporary folder that the unprivileged user can reach, also when the tests run as root. It is locked while it is used, so
/// that the next run finds what a killed run left behind, stops its server and removes it.
/// </summary>
public sealed class TestDirectory : IDisposable
{
    private const string Prefix = "acquiring-test-";

    private static readonly Lazy<bool> _swept = new(SweepAbandoned);

    private readonly WriterLock _lock;

    public TestDirectory()
    {
        _ = _swept.Value;
        Path = System.IO.Path.Combine(Root, Prefix + Guid.CreateVersion7().ToString("N"));
        Directory.CreateDirectory(Path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        _lock = WriterLock.TryAcquire(Path) ?? throw new InvalidOperationException($"{Path} is new and yet taken");
    }

    public string Path { get; }

    /// <summary>A path inside that does not exist yet.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    private static string Root => Directory.Exists("/tmp") ? "/tmp" : System.IO.Path.GetTempPath();

    public void Dispose()
    {
        Remove(Path);
        _lock.Dispose();
    }

    private static bool SweepAbandoned()
    {
        foreach (var folder in Directory.EnumerateDirectories(Root, Prefix + "*"))
        {
            try
            {
                var owner = System.IO.Path.Combine(folder, "run", "writer.lock");
                var spared = !File.Exists(owner) || IsAlive(File.ReadAllText(owner));
                using var abandoned = spared ? null : WriterLock.TryAcquire(folder);
                if (abandoned is not null)
                {
                    Remove(folder);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another user's, or being removed by another run just now.
            }
        }

        return true;
    }

    /// <summary>The lock alone would do; but a test that breaks the lock must not break its neighbours.</summary>
    private static bool IsAlive(string processId)
    {
        try
        {
            using var process = Process.GetProcessById(int.Parse(processId));
            return true;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return false;
        }
    }

    private static void Remove(string folder)
    {
        foreach (var pidFile in Directory.EnumerateFiles(folder, "postmaster.pid", SearchOption.AllDirectories))
        {
            KillServer(pidFile);
        }

        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // A killed server's children may still be writing; the next run sweeps again.
        }
    }

    private static void KillServer(string pidFile)
    {
        try
        {
            using var process = Process.GetProcessById(int.Parse(File.ReadLines(pidFile).First()));
            if (process.ProcessName.StartsWith("postgres", StringComparison.Ordinal)
                && File.ReadAllText($"/proc/{process.Id}/cmdline").Contains(System.IO.Path.GetDirectoryName(pidFile)!, StringComparison.Ordinal))
            {
                process.Kill();
                process.WaitForExit(TimeSpan.FromSeconds(10));
            }
        }
        catch (Exception e) when (e is ArgumentException or FormatException or IOException or InvalidOperationException)
        {
            // No such process any more.
        }
    }
}
