using System.Security.Cryptography;
using System.Text;
using Acquiring.Core.Refusals;
using Acquiring.Standalone.Postgres;

namespace Acquiring.Host.Hosting;

/// <summary>
/// Everything the product keeps on a machine is below one directory, so that two of them run side by side and a copy of it is a copy
/// of everything. What lies where is said here and nowhere else.
/// </summary>
public sealed record DataDirectory(string Path)
{
    /// <summary>The shortest <c>sun_path</c> of the systems we run on is 104 bytes with its terminating zero (macOS).</summary>
    public const int SocketPathBytesMax = 103;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>What runs now: the socket and the note of who holds the directory. Nothing in it outlives its process.</summary>
    public string RunPath => System.IO.Path.Combine(Path, "run");

    public string HolderPath => System.IO.Path.Combine(RunPath, "host.json");

    /// <summary>Where the file gateway leaves messages, unless a setting says otherwise. Made with the first one.</summary>
    public string MessagesPath => System.IO.Path.Combine(Path, "messages");

    /// <summary>
    /// Where the host listens for its command line. A directory too deep for a socket's address gets a private one below the temporary
    /// directory, found again by the digest of the path.
    /// </summary>
    public string SocketPath
    {
        get
        {
            var path = System.IO.Path.Combine(RunPath, "api.sock");
            return Encoding.UTF8.GetByteCount(path) <= SocketPathBytesMax
                ? path
                : System.IO.Path.Combine(ShortRunPath, "api.sock");
        }
    }

    private string ShortRunPath
    {
        get
        {
            var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path)))[..16];
            // TMPDIR may be deep itself.
            return System.IO.Path.Combine(Directory.Exists("/tmp") ? "/tmp" : System.IO.Path.GetTempPath(), $"acquiring-{digest}");
        }
    }

    /// <summary><c>--data</c>, else <c>ACQUIRING_DATA</c>, else where the system keeps such data.</summary>
    public static DataDirectory Find(string? option, Func<string, string?> environment)
    {
        var asked = string.IsNullOrWhiteSpace(option) ? environment("ACQUIRING_DATA") : option;
        var path = string.IsNullOrWhiteSpace(asked) ? Default(environment) : asked;
        return new DataDirectory(CanonicalPath.Of(path));
    }

    /// <summary>Makes the directories. Throws a refusal that names the place when they cannot be made or written.</summary>
    public void Prepare()
    {
        try
        {
            Directory.CreateDirectory(Path);
            Directory.CreateDirectory(RunPath);
            var socketDirectory = System.IO.Path.GetDirectoryName(SocketPath)!;
            if (socketDirectory != RunPath)
            {
                PrepareShort(socketDirectory);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(
                Refusal.Of(RefusalKind.Unavailable, "host.data-directory-unusable", new Detail("directory", Path), new Detail("reason", e.Message)), e);
        }
    }

    private static void PrepareShort(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
            return;
        }

        Directory.CreateDirectory(directory, OwnerOnly);
        // The name can be foreseen, so somebody else may have made it first.
        if (File.GetUnixFileMode(directory) != OwnerOnly)
        {
            throw new UnauthorizedAccessException(directory);
        }
    }

    private static string Default(Func<string, string?> environment)
    {
        if (!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess)
        {
            return "/var/lib/acquiring";
        }

        var shared = environment("XDG_DATA_HOME");
        if (string.IsNullOrWhiteSpace(shared))
        {
            shared = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
        }

        return System.IO.Path.Combine(shared, "acquiring");
    }
}
