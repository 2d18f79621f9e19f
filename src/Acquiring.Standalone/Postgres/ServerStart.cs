using System.Globalization;
using Acquiring.Core.Refusals;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Standalone.Postgres;

/// <summary>From whatever a cluster is in (running, stopping, dead, never started) to a server that answers.</summary>
internal sealed class ServerStart(
    PrivatePostgresOptions options, ClusterDirectory cluster, PostgresBinaries binaries, ServerAccount? account, ILogger logger, TimeProvider clock)
{
    /// <summary>Crash recovery of 2 GB of WAL on a slow disk stays far below it.</summary>
    private static readonly TimeSpan _waitMax = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan _pollInterval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan _tellAfter = TimeSpan.FromSeconds(2);

    private const int AttemptsMax = 20;
    private const string StillInUse = "still in use";

    /// <param name="known">Where clients look for the server; null when nobody does yet.</param>
    /// <returns>The server, and whether it ran already.</returns>
    public async Task<(Postmaster Server, bool Adopted)> RunAsync(ServerAddress? known, CancellationToken cancellationToken)
    {
        if (await SettledAsync(cancellationToken) is { } running)
        {
            PostgresLog.Adopted(logger, running.ProcessId, cluster.Folder);
            return (running, true);
        }

        if (account is not null && !await account.OwnsAsync(cluster.Folder, cancellationToken))
        {
            account.OwnTree(cluster.Folder);
        }

        // A dead server's last children may hold its memory for a moment; a loopback port may be taken in the moment it was free.
        for (var attempt = 1; ; attempt++)
        {
            var address = known ?? ServerAddress.For(options, cluster.Folder, account);
            address.EnsureFolder(account);
            await cluster.WriteSettingsAsync(address, options.Settings, account, cancellationToken);
            // pg_ctl hands its words to a shell in double quotes: only relative names, so that no folder's name can break them.
            var started = await Tool.RunAsync(
                binaries.PgCtl,
                ["start", "-s", "-w", "-t", ((int)_waitMax.TotalSeconds).ToString(CultureInfo.InvariantCulture), "-D", ".", "-l", ClusterDirectory.StartLogName,
                    "-o", "-c cluster_name=" + Postmaster.NameOf(cluster.Folder)],
                account, cancellationToken, workingDirectory: cluster.Folder, capture: !OperatingSystem.IsWindows());
            if (started.ExitCode == 0 && await SettledAsync(cancellationToken) is { } server)
            {
                PostgresLog.Started(logger, server.ProcessId, cluster.Folder, binaries.Major);
                return (server, false);
            }

            ServerAddress.RemoveTemporaryFolder(address.SocketDirectory);
            var complaint = cluster.LastComplaint() is { Length: > 0 } words ? words : started.Said;
            var passing = complaint.Contains(StillInUse, StringComparison.Ordinal) || address.SocketDirectory.Length == 0;
            if (!passing || attempt == AttemptsMax)
            {
                throw PostgresRefusals.DidNotStart(cluster.Logs, complaint);
            }

            await Task.Delay(_pollInterval * attempt, clock, cancellationToken);
        }
    }

    /// <summary>The database of the product, made when it is missing; returns the way to it.</summary>
    public async Task<string> DatabaseAsync(Postmaster server, CancellationToken cancellationToken)
    {
        var address = new ServerAddress(server.SocketDirectory, server.Port);
        var password = server.SocketDirectory.Length > 0 ? null : cluster.Password();
        var connectionString = address.ConnectionString(ServerAddress.DatabaseName, password);
        try
        {
            await ExecuteAsync(connectionString, "select 1", cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            await ExecuteAsync(address.ConnectionString("postgres", password), $"create database {ServerAddress.DatabaseName}", cancellationToken);
        }

        return connectionString;
    }

    /// <summary>Waits while a server of this cluster starts, recovers or stops. Null when none runs; then no pid file is left either.</summary>
    private async Task<Postmaster?> SettledAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        var told = false;
        while (true)
        {
            var server = Postmaster.Read(cluster.Folder);
            if (server is null || !server.IsRunning())
            {
                return Forget(server);
            }

            if (server.Status == Postmaster.Ready && await AnswersAsync(server, cancellationToken))
            {
                return server;
            }

            var waited = clock.GetElapsedTime(began);
            if (waited > _waitMax)
            {
                throw PostgresRefusals.Stuck(server.ProcessId, server.Status, waited);
            }

            if (!told && waited > _tellAfter)
            {
                told = true;
                options.Notify("postgres.waiting",
                    new("pid", server.ProcessId.ToString(CultureInfo.InvariantCulture)), new Detail("status", server.Status));
            }

            await Task.Delay(_pollInterval, clock, cancellationToken);
        }
    }

    private Postmaster? Forget(Postmaster? dead)
    {
        if (cluster.ForgetDeadServer())
        {
            PostgresLog.Stale(logger, dead?.ProcessId ?? 0, cluster.Folder);
            ServerAddress.RemoveTemporaryFolder(dead?.SocketDirectory ?? "");
        }

        return null;
    }

    private async Task<bool> AnswersAsync(Postmaster server, CancellationToken cancellationToken)
    {
        var password = server.SocketDirectory.Length > 0 ? null : cluster.Password();
        try
        {
            await ExecuteAsync(
                new ServerAddress(server.SocketDirectory, server.Port).ConnectionString("postgres", password), "select 1", cancellationToken);
            return true;
        }
        catch (NpgsqlException e) when (e.SqlState is null or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown)
        {
            return false;
        }
    }

    private static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        var once = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
        await using var connection = new NpgsqlConnection(once);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
