using Acquiring.Backend.Platform;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>
/// Ends the connection of a process that stands still while everybody waits for the ingest lock because of it. The server does so by itself for
/// who holds the lock between statements (<see cref="IngestLock"/>), but not for who stands still in the middle of a copy stream or of
/// reading an answer, nor for who does not hold the lock and wrote a row that its holder waits for. Only for where several processes write.
/// </summary>
public sealed partial class IngestLockWatch(NpgsqlDataSource database, TimeProvider clock, ILogger<IngestLockWatch> log) : BackgroundService
{
    /// <summary>As long as the server lets the holder stand still between statements.</summary>
    internal static readonly TimeSpan StandsStillMax = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(2);

    /// <summary>Who only begins to make others wait may know of it, and give up by itself.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private Dictionary<Standing, Seen> _seen = [];

    /// <summary>A connection that the server waits for, at one place of its work.</summary>
    private readonly record struct Standing(int ProcessId, DateTime Since, DateTime StateSince, long CopiedBytes);

    /// <summary>When it was first seen as it still is, and first seen to make others wait.</summary>
    private readonly record struct Seen(long Since, long? BlocksSince);

    /// <summary>Looks once.</summary>
    /// <returns>How many connections it ended.</returns>
    internal async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetTimestamp();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var standing = await StandingAsync(connection, cancellationToken);
        // All of them, also who bothers nobody yet: a process that stands still has several connections, and the next comes to light
        // when the first is ended.
        _seen = standing.ToDictionary(s => s.Who, s =>
        {
            var before = _seen.GetValueOrDefault(s.Who, new(now, null));
            return before with { BlocksSince = s.Blocks ? before.BlocksSince ?? now : null };
        });
        var ended = 0;
        foreach (var (who, seen) in _seen)
        {
            if (seen.BlocksSince is not { } blocksSince || clock.GetElapsedTime(seen.Since, now) < StandsStillMax
                || clock.GetElapsedTime(blocksSince, now) < Grace)
            {
                continue;
            }

            await using var end = new NpgsqlCommand(
                "select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and backend_start = $2", connection);
            end.Parameters.Add(new() { Value = who.ProcessId });
            end.Parameters.Add(new() { Value = who.Since });
            if (await end.ExecuteScalarAsync(cancellationToken) is true)
            {
                LogEnded(who.ProcessId, (int)StandsStillMax.TotalSeconds);
                ended++;
            }
        }

        return ended;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_every, clock);
        while (true)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await LookAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (FailureHandler.RefusalOf(e) is not null)
            {
                // An outage: whoever holds the lock is gone with it, or it is looked again.
                _seen = [];
            }
        }
    }

    /// <summary>Transactions that wait for their client, and whether they make others wait for the ingest lock, themselves or through others.</summary>
    private static async Task<List<(Standing Who, bool Blocks)>> StandingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with recursive blocking (pid) as (
                select unnest(pg_blocking_pids(l.pid))
                from pg_locks l
                where l.locktype = 'advisory' and not l.granted and l.objsubid = 1
                  and l.database = (select oid from pg_database where datname = current_database())
                  and l.classid::bigint = $1 >> 32 and l.objid::bigint = $1 & 4294967295
                union
                select unnest(pg_blocking_pids(b.pid)) from blocking b
            )
            select a.pid, a.backend_start, a.state_change, coalesce(c.bytes_processed, 0), a.pid in (select pid from blocking)
            from pg_stat_activity a
            left join pg_stat_progress_copy c using (pid)
            where a.datname = current_database() and a.xact_start is not null and a.wait_event_type = 'Client'
            """,
            connection);
        command.Parameters.Add(new() { Value = DatabaseLocks.Ingest });
        var standing = new List<(Standing, bool)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            standing.Add((
                new(reader.GetInt32(0), reader.GetDateTime(1), reader.GetDateTime(2), reader.GetInt64(3)), reader.GetBoolean(4)));
        }

        return standing;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Connection {ProcessId} stood still for {Seconds} s, and others waited for the ingest lock because of it; it was ended")]
    private partial void LogEnded(int processId, int seconds);
}
