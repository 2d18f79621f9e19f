using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Acquiring.Standalone.Postgres;

/// <summary>
/// The cluster's files, <c>postgres</c> in the data directory. A new one is made under another name and renamed when whole, so what
/// bears the name was never half-made.
/// </summary>
internal sealed class ClusterDirectory(string dataDirectory)
{
    private const string MakingPrefix = "postgres.making-";
    private const string SettingsFile = "acquiring.conf";
    private const string PasswordFile = "acquiring.password";
    private const int LogFilesKept = 10;

    /// <summary>Within the cluster's folder.</summary>
    public const string StartLogName = "log/start.log";

    public string Folder { get; } = Path.Combine(dataDirectory, "postgres");

    public string Logs => Path.Combine(Folder, "log");

    /// <summary>What the server says before its own log is open.</summary>
    public string StartLog => Path.Combine(Folder, StartLogName);

    /// <summary>The major version that made the cluster; null when there is none yet.</summary>
    public int? Major()
    {
        try
        {
            if (!Directory.Exists(Folder) || !Directory.EnumerateFileSystemEntries(Folder).Any())
            {
                return null;
            }

            var version = Path.Combine(Folder, "PG_VERSION");
            return File.Exists(version) && int.TryParse(File.ReadAllText(version), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var major)
                ? major
                : throw PostgresRefusals.NotACluster(Folder);
        }
        catch (UnauthorizedAccessException)
        {
            throw PostgresRefusals.ForeignCluster(Folder);
        }
    }

    public string Password() => File.ReadAllText(Path.Combine(Folder, PasswordFile)).Trim();

    public async Task MakeAsync(PostgresBinaries binaries, ServerAccount? account, CancellationToken cancellationToken)
    {
        SweepUnfinished();
        var making = Directory.CreateDirectory(Path.Combine(dataDirectory, MakingPrefix + Guid.CreateVersion7().ToString("N"))).FullName;
        try
        {
            var password = Path.Combine(making, PasswordFile);
            await WritePrivateAsync(password, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), account, cancellationToken);
            account?.Own(making);
            var whole = Path.Combine(making, "cluster");
            var made = await Tool.RunAsync(
                binaries.Initdb,
                ["-D", whole, "-U", ServerAddress.UserName, "-E", "UTF8", "--locale-provider=libc", "--locale=C", "--data-checksums",
                    "--auth-local=trust", "--auth-host=scram-sha-256", "--pwfile=" + password, "--no-instructions"],
                account, cancellationToken);
            if (made.ExitCode != 0)
            {
                throw PostgresRefusals.InitdbFailed(Folder, made.Said);
            }

            await File.AppendAllTextAsync(Path.Combine(whole, "postgresql.conf"), $"\ninclude_if_exists = '{SettingsFile}'\n", cancellationToken);
            File.Move(password, Path.Combine(whole, PasswordFile));
            if (Directory.Exists(Folder))
            {
                Directory.Delete(Folder);
            }

            Directory.Move(whole, Folder);
        }
        finally
        {
            DeleteTree(making);
        }
    }

    /// <summary>Written anew before each start, so that a new release's settings hold for an old cluster.</summary>
    public async Task WriteSettingsAsync(
        ServerAddress address, IReadOnlyDictionary<string, string> further, ServerAccount? account, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Logs))
        {
            Directory.CreateDirectory(Logs);
            account?.Own(Logs);
        }

        File.Delete(StartLog);
        foreach (var old in Directory.EnumerateFiles(Logs, "postgresql-*").OrderDescending(StringComparer.Ordinal).Skip(LogFilesKept))
        {
            File.Delete(old);
        }

        // The folder belongs to the server's user: a new file moved into place follows no link that somebody put there.
        var fresh = Path.Combine(Folder, $"{SettingsFile}.{Guid.CreateVersion7():N}");
        await WritePrivateAsync(fresh, ServerSettings.Text(address, further), account, cancellationToken);
        File.Move(fresh, Path.Combine(Folder, SettingsFile), overwrite: true);
    }

    /// <summary>
    /// What a dead server left: its pid file and its socket's. Both name a process that may be anybody's by now, and PostgreSQL would
    /// then refuse to start. A server that lives after all is found by its shared memory, not by these files.
    /// </summary>
    public bool ForgetDeadServer()
    {
        var left = false;
        foreach (var file in new[] { Postmaster.FileOf(Folder), Path.Combine(Folder, ServerAddress.SocketName), Path.Combine(Folder, ServerAddress.SocketName + ".lock") })
        {
            left |= File.Exists(file);
            File.Delete(file);
        }

        return left;
    }

    /// <summary>Why a start failed, in the server's own words: its last fatal line and the one before, which names the place.</summary>
    public string LastComplaint()
    {
        var newest = Directory.EnumerateFiles(Logs, "postgresql-*").Max(StringComparer.Ordinal);
        var lines = new[] { newest, StartLog }.Where(File.Exists).SelectMany(log => File.ReadLines(log!)).ToList();
        var fatal = lines.FindLastIndex(line => line.Contains("FATAL:", StringComparison.Ordinal) || line.Contains("PANIC:", StringComparison.Ordinal));
        return string.Join(" / ", fatal < 0 ? lines.TakeLast(3) : lines.Skip(fatal - 1).Take(2));
    }

    private void SweepUnfinished()
    {
        foreach (var unfinished in Directory.EnumerateDirectories(dataDirectory, MakingPrefix + "*"))
        {
            DeleteTree(unfinished);
        }
    }

    /// <summary>An orphaned initdb may still be adding files; its folder is never used, so what cannot go now goes next time.</summary>
    private static void DeleteTree(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
        }
    }

    private static async Task WritePrivateAsync(string path, string text, ServerAccount? account, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var file = new FileStream(path, options))
        {
            await file.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
            file.Flush(flushToDisk: true);
        }

        account?.Own(path);
    }
}
