using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Platform;

/// <summary>
/// Does round after round in one process of all that serve the database: the one that holds the lock. When its connection breaks, it
/// stops until it, or another, has the lock again; so two may be at a round for a moment. A bug in a round is logged and does not end the host:
/// what else there is to do is done by the next one.
/// </summary>
internal abstract partial class RoundsInOneProcess(NpgsqlDataSource database, long lockKey, TimeSpan poll, TimeProvider clock, ILogger log)
    : BackgroundService
{
    private static readonly TimeSpan s_askAgain = TimeSpan.FromSeconds(5);

    protected abstract Task RoundAsync(CancellationToken cancellationToken);

    /// <summary>Waits for what a round began.</summary>
    protected abstract Task EndAsync();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                if (await AskAsync(connection, "select pg_try_advisory_lock($1)", stoppingToken))
                {
                    await DoRoundsAsync(connection, stoppingToken);
                }

                await Task.Delay(s_askAgain, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                if (FailureHandler.RefusalOf(failure) is null)
                {
                    LogBug(log, failure, GetType().Name);
                }
                else
                {
                    LogBroken(log, failure, GetType().Name);
                }

                await Task.Delay(s_askAgain, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task DoRoundsAsync(NpgsqlConnection lockedBy, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                // Throws when the lock's connection is gone.
                await AskAsync(lockedBy, "select $1 <> 0", cancellationToken);
                await RoundAsync(cancellationToken);
                await Task.Delay(poll, clock, cancellationToken);
            }
        }
        finally
        {
            await EndAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (lockedBy.FullState == System.Data.ConnectionState.Open)
            {
                await AskAsync(lockedBy, "select pg_advisory_unlock($1)", CancellationToken.None);
            }
        }
    }

    private async Task<bool> AskAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = lockKey });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Who} stands still for the moment: the database does not answer")]
    private static partial void LogBroken(ILogger log, Exception failure, string who);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Who}: a bug in a round; the next one follows")]
    private static partial void LogBug(ILogger log, Exception failure, string who);
}
