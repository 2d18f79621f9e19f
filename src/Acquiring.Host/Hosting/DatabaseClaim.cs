using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Host.Hosting;

/// <summary>
/// Says, for as long as this process lives, that it serves the database: alone, as the standalone build must, or with others of its kind, as
/// silos do. It is an advisory lock of a connection of its own, so the server frees it when the process dies, whatever it died of; a process
/// that stands still keeps it.
/// </summary>
internal sealed partial class DatabaseClaim : IAsyncDisposable
{
    /// <summary>The server needs a moment to notice that a killed holder is gone.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(10);

    private readonly NpgsqlDataSource _database;
    private readonly bool _isShared;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<Refusal> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _keeping = Task.CompletedTask;
    private NpgsqlConnection? _connection;

    private DatabaseClaim(NpgsqlDataSource database, bool isShared, ILogger log) => (_database, _isShared, _log) = (database, isShared, log);

    /// <summary>Completes when the connection broke and another took the database meanwhile: this process must end.</summary>
    public Task<Refusal> Lost => _lost.Task;

    /// <param name="isShared">With others that share; else alone.</param>
    /// <exception cref="RefusedException"><c>host.database-served-…</c>: others serve it in a way that excludes this one.</exception>
    public static async Task<DatabaseClaim> TakeAsync(NpgsqlDataSource database, bool isShared, ILogger log, CancellationToken cancellationToken)
    {
        var claim = new DatabaseClaim(database, isShared, log);
        if (await claim.TryAsync(s_patience, cancellationToken) is { } refusal)
        {
            await claim.DisposeAsync();
            throw new RefusedException(refusal);
        }

        claim._keeping = Task.Run(claim.KeepAsync, CancellationToken.None);
        return claim;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
        await LeaveAsync();
        _stop.Dispose();
    }

    private async Task KeepAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await StayAsync(_connection!);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (FailureHandler.RefusalOf(e) is not null || e is InvalidOperationException or IOException)
            {
                LogBroken(e.GetType().Name);
                if (await TakeAgainAsync() is { } refusal)
                {
                    LogLost();
                    _lost.TrySetResult(refusal);
                    return;
                }
            }
        }
    }

    /// <summary>Until the connection breaks. It is asked now and then, since a network may fall silent.</summary>
    private async Task StayAsync(NpgsqlConnection connection)
    {
        while (true)
        {
            if (!await connection.WaitAsync(s_look, _stop.Token))
            {
                await using var ask = new NpgsqlCommand("select 1", connection) { CommandTimeout = (int)s_look.TotalSeconds };
                await ask.ExecuteScalarAsync(_stop.Token);
            }
        }
    }

    private async Task<Refusal?> TakeAgainAsync()
    {
        while (true)
        {
            try
            {
                return await TryAsync(s_patience, _stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception e) when (FailureHandler.RefusalOf(e) is not null || e is IOException)
            {
                // No database: nobody else serves it either.
                await Task.Delay(s_again, CancellationToken.None);
            }
        }
    }

    /// <returns>Why not, when it was not to be had in the time.</returns>
    private async Task<Refusal?> TryAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        await LeaveAsync();
        _connection = await _database.OpenConnectionAsync(cancellationToken);
        await SayWhoAsync(_connection, cancellationToken);
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await using (var take = new NpgsqlCommand(
                _isShared ? "select pg_try_advisory_lock_shared($1)" : "select pg_try_advisory_lock($1)", _connection))
            {
                take.Parameters.Add(new() { Value = DatabaseLocks.Serving });
                if ((bool)(await take.ExecuteScalarAsync(cancellationToken))!)
                {
                    return null;
                }
            }

            if (TimeProvider.System.GetElapsedTime(since) > patience)
            {
                return await WhoHasItAsync(_connection, cancellationToken);
            }

            await Task.Delay(s_again, cancellationToken);
        }
    }

    /// <summary>Unlocks first: a connection that goes back to its pool is cleaned only when it is used again.</summary>
    private async Task LeaveAsync()
    {
        if (_connection is not { } connection)
        {
            return;
        }

        _connection = null;
        try
        {
            await using var unlock = new NpgsqlCommand("select pg_advisory_unlock_all()", connection);
            await unlock.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e) when (FailureHandler.RefusalOf(e) is not null || e is InvalidOperationException or IOException)
        {
            // It is broken, and its lock gone with it.
        }

        await connection.DisposeAsync();
    }

    private async Task SayWhoAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // A server of which the machine is gone, without a word, frees the claim within half a minute.
        await using var say = new NpgsqlCommand(
            """
            select set_config('application_name', $1, false), set_config('tcp_keepalives_idle', '10', false),
                   set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '3', false)
            """,
            connection);
        var kind = _isShared ? "silo" : "host";
        say.Parameters.Add(new() { Value = $"acquiring {kind}: process {Environment.ProcessId} on {Environment.MachineName}" });
        await say.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<Refusal> WhoHasItAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var ask = new NpgsqlCommand(
            """
            select coalesce(bool_or(l.mode = 'ExclusiveLock'), false), coalesce(string_agg(a.application_name, '; ' order by a.pid), '?')
            from pg_locks l
            join pg_stat_activity a on a.pid = l.pid
            where l.locktype = 'advisory' and l.granted and l.pid <> pg_backend_pid() and l.objsubid = 1
              and l.database = (select oid from pg_database where datname = current_database())
              and l.classid::bigint = $1 >> 32 and l.objid::bigint = $1 & 4294967295
            """,
            connection);
        ask.Parameters.Add(new() { Value = DatabaseLocks.Serving });
        await using var row = await ask.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return HostRefusals.ServedByOthers(row.GetBoolean(0), row.GetString(1));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection that keeps others from this database broke ({Reason}); it is made again")]
    private partial void LogBroken(string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Another host took this database while the connection to it was broken; this one ends")]
    private partial void LogLost();
}
