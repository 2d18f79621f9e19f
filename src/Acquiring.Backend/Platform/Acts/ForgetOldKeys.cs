using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Platform.Acts;

/// <summary>
/// Forgets the keys of requests done long ago. Staff in the field may send again what they made a week before, so keys stay well beyond
/// that.
/// </summary>
public sealed partial class ForgetOldKeys(NpgsqlDataSource database, TimeProvider clock, ILogger<ForgetOldKeys> log) : BackgroundService
{
    public const int KeptDays = 30;

    private const int KeysAtATimeMax = 10_000;

    private static readonly TimeSpan s_every = TimeSpan.FromHours(1);

    /// <summary>In small transactions, until none is left. Returns how many it forgot.</summary>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        long forgotten = 0;
        int some;
        do
        {
            await using var command = database.CreateCommand(
                """
                delete from idempotency_key where (actor, key) in (
                    select actor, key from idempotency_key where at < $1 and coalesce(claimed_until, '-infinity') < $1
                    order by at limit $2 for update skip locked)
                """);
            command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime.AddDays(-KeptDays) });
            command.Parameters.Add(new() { Value = KeysAtATimeMax });
            some = await command.ExecuteNonQueryAsync(cancellationToken);
            forgotten += some;
        }
        while (some == KeysAtATimeMax);

        return forgotten;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RunAsync(stoppingToken);
                }
                catch (Exception failure) when (FailureHandler.RefusalOf(failure) is not null)
                {
                    LogNotForgotten(failure);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old request keys could not be deleted; tried again in an hour")]
    private partial void LogNotForgotten(Exception failure);
}
