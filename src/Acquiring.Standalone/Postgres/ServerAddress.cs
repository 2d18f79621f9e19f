using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Acquiring.Standalone.Postgres;

/// <summary>
/// Where the server listens. On a unix socket in a folder that only root and the server's user can enter: that folder is the lock.
/// Where sockets do not work, on a loopback port, with a password.
/// </summary>
internal sealed record ServerAddress(string SocketDirectory, int Port)
{
    public const string UserName = "acquiring";
    public const string DatabaseName = "acquiring";

    private const int SocketPort = 5432;
    public const string SocketName = ".s.PGSQL.5432";

    /// <summary>Of <c>sun_path</c>, whose 108 bytes end with a zero (104 on macOS).</summary>
    private static readonly int _socketPathBytesMax = OperatingSystem.IsLinux() ? 107 : 103;

    // The pool stays below max_connections, so that a person's psql still gets in.
    private const int PoolSizeMax = 50;

    public static ServerAddress For(PrivatePostgresOptions options, string cluster, ServerAccount? account)
    {
        if (options.LoopbackOnly)
        {
            return Loopback();
        }

        if (Works(cluster))
        {
            return new(cluster, SocketPort);
        }

        var folder = TemporaryFolder();
        account?.Own(folder);
        if (Works(folder))
        {
            return new(folder, SocketPort);
        }

        Directory.Delete(folder);
        return Loopback();
    }

    /// <summary>A stopped or dead server leaves its folder under the temporary directory; ours alone are removed.</summary>
    public static void RemoveTemporaryFolder(string socketDirectory)
    {
        if (Path.GetFileName(socketDirectory).StartsWith(TemporaryPrefix, StringComparison.Ordinal) && Directory.Exists(socketDirectory)
            && Path.GetDirectoryName(socketDirectory) == TemporaryRoot)
        {
            Directory.Delete(socketDirectory, recursive: true);
        }
    }

    /// <summary>For a server that starts again where its clients know it: its temporary folder may have gone with the dead one.</summary>
    public void EnsureFolder(ServerAccount? account)
    {
        if (SocketDirectory.Length > 0 && !Directory.Exists(SocketDirectory))
        {
            MakePrivate(SocketDirectory);
            account?.Own(SocketDirectory);
        }
    }

    public string ConnectionString(string database, string? password) => new NpgsqlConnectionStringBuilder
    {
        Host = SocketDirectory.Length > 0 ? SocketDirectory : IPAddress.Loopback.ToString(),
        Port = Port,
        Username = UserName,
        Database = database,
        Password = SocketDirectory.Length > 0 ? null : password,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
        MaxPoolSize = PoolSizeMax,
    }.ConnectionString;

    private const string TemporaryPrefix = "acquiring-pg-";

    // TMPDIR may be long, or closed to the server's user; /tmp is neither.
    private static string TemporaryRoot => Directory.Exists("/tmp") ? CanonicalPath.Of("/tmp") : CanonicalPath.Of(Path.GetTempPath());

    private static string TemporaryFolder()
    {
        // Its name cannot be guessed, so nobody can make it first; the server's pid file says it to the next host.
        var folder = Path.Combine(TemporaryRoot, TemporaryPrefix + Guid.CreateVersion7().ToString("N"));
        MakePrivate(folder);
        return folder;
    }

    private static void MakePrivate(string folder)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>By trying: some mounted file systems hold no sockets.</summary>
    private static bool Works(string folder)
    {
        if (Encoding.UTF8.GetByteCount(Path.Combine(folder, SocketName)) > _socketPathBytesMax)
        {
            return false;
        }

        var path = Path.Combine(folder, ".probe.socket");
        try
        {
            File.Delete(path);
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static ServerAddress Loopback()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new("", ((IPEndPoint)listener.LocalEndpoint).Port);
    }
}
