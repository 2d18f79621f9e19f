using Acquiring.Backend.Platform;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Webhooks;

/// <summary>
/// Delivers round after round, in one process of all that serve the database: the one that holds the lock. When its connection breaks, it
/// stops until it, or another, has the lock again; an event that both deliver meanwhile comes twice, as receivers must bear.
/// </summary>
internal sealed partial class WebhookWorker(
    NpgsqlDataSource database, DeliverEvents deliver, WebhookOptions options, TimeProvider clock, ILogger<WebhookWorker> log) : BackgroundService
{
    private static readonly TimeSpan s_askAgain = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                if (await AskAsync(connection, "select pg_try_advisory_lock($1)", stoppingToken))
                {
                    await DeliverAsync(connection, stoppingToken);
                }

                await Task.Delay(s_askAgain, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (FailureHandler.RefusalOf(failure) is not null)
            {
                LogBroken(failure);
                await Task.Delay(s_askAgain, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task DeliverAsync(NpgsqlConnection lockedBy, CancellationToken cancellationToken)
    {
        var poll = TimeSpan.FromMilliseconds(options.PollMilliseconds);
        try
        {
            while (true)
            {
                // Throws when the lock's connection is gone.
                await AskAsync(lockedBy, "select $1 <> 0", cancellationToken);
                await deliver.StartAsync(cancellationToken);
                await Task.Delay(poll, clock, cancellationToken);
            }
        }
        finally
        {
            await deliver.EndAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (lockedBy.FullState == System.Data.ConnectionState.Open)
            {
                await AskAsync(lockedBy, "select pg_advisory_unlock($1)", CancellationToken.None);
            }
        }
    }

    private static async Task<bool> AskAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = DatabaseLocks.Webhooks });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhooks are not delivered for the moment: the database does not answer")]
    private partial void LogBroken(Exception failure);
}
