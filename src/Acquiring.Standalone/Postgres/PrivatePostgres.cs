using System.Globalization;
using Acquiring.Core.Refusals;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Standalone.Postgres;

/// <summary>
/// A PostgreSQL of our own in the data directory. It runs apart from the host (its own session, no terminal), so it outlives a
/// killed host and is adopted by the next. The caller holds the <see cref="WriterLock"/> of the data directory.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    private const int StopSecondsMax = 60;

    private readonly PostgresBinaries _binaries;
    private readonly ServerAccount? _account;
    private readonly ServerWatch _watch;
    private readonly ILogger _logger;
    private bool _stopped;

    private PrivatePostgres(PostgresBinaries binaries, ServerAccount? account, ServerWatch watch, string connectionString, bool adopted, ILogger logger)
    {
        _binaries = binaries;
        _account = account;
        _watch = watch;
        _logger = logger;
        ConnectionString = connectionString;
        Adopted = adopted;
    }

    /// <summary>To the database <c>acquiring</c>, which exists. Holds a password only where there is no unix socket: never log it.</summary>
    public string ConnectionString { get; }

    /// <summary>The server was running already: an earlier host was killed.</summary>
    public bool Adopted { get; }

    /// <summary>The process of the server, for people and for tests that kill it.</summary>
    public int ProcessId => _watch.Server.ProcessId;

    /// <summary>
    /// From now on starts the server again, at the same address, when it dies; whoever stops it with its own tools sees it return.
    /// Recovery replays what was confirmed. Until then callers fail with an outage.
    /// </summary>
    /// <param name="onStartedAgain">Told after each: connections to the dead server are of no use.</param>
    public void KeepRunning(Action onStartedAgain) => _watch.Begin(onStartedAgain);

    /// <summary>
    /// Adopts the server that runs on this data directory, or starts one; makes the cluster when there is none. Takes well under a second
    /// on an existing cluster, a few seconds on a new one, longer while PostgreSQL recovers or npm fetches. Repeating it after
    /// any interruption is safe.
    /// </summary>
    /// <param name="clock">The system's: real processes are waited for.</param>
    /// <exception cref="RefusedException">Kind Unavailable, codes <c>postgres.*</c>, each with its cure.</exception>
    public static async Task<PrivatePostgres> StartAsync(
        PrivatePostgresOptions options, ILogger logger, TimeProvider clock, CancellationToken cancellationToken = default)
    {
        var data = MakeDataDirectory(options.DataDirectory);
        options = options with { DataDirectory = data };
        var cluster = new ClusterDirectory(data);
        var account = await ServerAccount.ForAsync(options, cluster.Folder, cancellationToken);
        var major = cluster.Major();
        var binaries = await new PostgresBinariesSearch(options, new EmbeddedBinaries(options, data)).FindAsync(major, cancellationToken);
        if (account is not null)
        {
            await account.EnsureReachesAsync([binaries.Directory, data], cancellationToken);
        }

        try
        {
            if (major is null)
            {
                options.Notify("postgres.making", new Detail("folder", cluster.Folder));
                await cluster.MakeAsync(binaries, account, cancellationToken);
                PostgresLog.Made(logger, cluster.Folder, binaries.Major);
            }

            var start = new ServerStart(options, cluster, binaries, account, logger, clock);
            var (server, adopted) = await start.RunAsync(known: null, cancellationToken);
            var connectionString = await start.DatabaseAsync(server, cancellationToken);
            return new(binaries, account, new ServerWatch(start, server, logger, clock), connectionString, adopted, logger);
        }
        catch (UnauthorizedAccessException e)
        {
            throw PostgresRefusals.DataDirectory(data, e);
        }
    }

    /// <summary>Stops the server: open transactions are rolled back, sessions closed. What cannot be stopped in a minute is left for adoption.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        await _watch.DisposeAsync();
        NpgsqlConnection.ClearPool(new NpgsqlConnection(ConnectionString));
        var stop = await Tool.RunAsync(
            _binaries.PgCtl,
            ["stop", "-s", "-w", "-m", "fast", "-t", StopSecondsMax.ToString(CultureInfo.InvariantCulture), "-D", _watch.Server.Cluster],
            _account, CancellationToken.None);
        if (stop.ExitCode != 0 && _watch.Server.IsRunning())
        {
            PostgresLog.NotStopped(_logger, _watch.Server.ProcessId, stop.Said);
            return;
        }

        ServerAddress.RemoveTemporaryFolder(_watch.Server.SocketDirectory);
    }

    private static string MakeDataDirectory(string folder)
    {
        try
        {
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                if (!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess)
                {
                    // Others may pass through to what is theirs, and see nothing on the way, whatever the umask of root is.
                    File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
                }
            }

            return CanonicalPath.Of(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw PostgresRefusals.DataDirectory(folder, e);
        }
    }
}
