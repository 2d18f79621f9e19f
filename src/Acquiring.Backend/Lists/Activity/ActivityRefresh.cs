using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Lists.Activity;

/// <summary>
/// Keeps last activities and volumes of the lists some seconds behind the day volumes, and the references to accounts behind the registry.
/// It rests twenty times as long as it worked, so that it never takes more than a twentieth of one processor from who posts.
/// </summary>
public sealed partial class ActivityRefresh(
    NpgsqlDataSource database, AccountReferences accounts, ChangeCounter changes, TimeProvider clock, ILogger<ActivityRefresh> log) : BackgroundService
{
    private const int RestFactor = 20;

    /// <summary>So many notes leave dead rows enough to be in the way of the next pass.</summary>
    private const long NotesToForget = 20_000;

    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);

    private long _registrySeen = -1;

    /// <summary>One pass. It does nothing while another process makes one; a repetition is harmless.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        {
            await RefreshAsync(connection, cancellationToken);
        }

        var registry = changes.Registry;
        if (registry != _registrySeen)
        {
            await accounts.RunAsync(cancellationToken);
            _registrySeen = registry;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var rest = s_every;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(rest, clock, stoppingToken);
                var began = clock.GetTimestamp();
                await RunAsync(stoppingToken);
                rest = clock.GetElapsedTime(began) * RestFactor;
                rest = rest > s_every ? rest : s_every;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (FailureHandler.RefusalOf(e) is { Kind: RefusalKind.Unavailable })
            {
                LogLater(e);
            }
        }
    }

    private async Task RefreshAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var windowFrom = BusinessTime.Today(clock).AddDays(1 - MerchantList.VolumeDays);
        await using var refresh = new NpgsqlBatch(connection) { Timeout = 0 };
        refresh.BatchCommands.Add(new("select set_config('work_mem', '64MB', true)"));
        var command = new NpgsqlBatchCommand("select refresh_activity($1, $2)");
        command.Parameters.Add(new() { Value = windowFrom });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        refresh.BatchCommands.Add(command);
        await using (var reader = await refresh.ExecuteReaderAsync(cancellationToken))
        {
            await reader.NextResultAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            if (reader.IsDBNull(0) || reader.GetInt64(0) < NotesToForget)
            {
                return;
            }
        }

        await using var vacuum = new NpgsqlCommand("vacuum (skip_locked) activity_delta", connection) { CommandTimeout = 0 };
        await vacuum.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Lists are brought up to date later")]
    private partial void LogLater(Exception exception);
}
