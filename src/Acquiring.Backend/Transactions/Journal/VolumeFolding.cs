using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Transactions.Journal;

/// <summary>
/// Folds what files and notices append to the day volumes, beside them: a reader of sums reads in passing what is not folded yet, so it
/// must stay little. A host folds once more when it ends, and what a killed one left when it begins.
/// </summary>
public sealed partial class VolumeFolding(NpgsqlDataSource database, TimeProvider clock, ILogger<VolumeFolding> log) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    /// <summary>So many are read in passing in milliseconds; the more are folded at once, the fewer sums each line costs.</summary>
    private const int AppendedMax = 200_000;

    private const int SecondsMax = 10;

    /// <summary>One may be left of the host before.</summary>
    private int _appended = 1;
    private int _seconds;

    public void Appended(int rows) => Interlocked.Add(ref _appended, rows);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FoldAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (Volatile.Read(ref _appended) >= AppendedMax || ++_seconds >= SecondsMax)
                {
                    await FoldAsync();
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync folds what is left.
        }
    }

    private async Task FoldAsync()
    {
        _seconds = 0;
        var appended = Interlocked.Exchange(ref _appended, 0);
        if (appended == 0)
        {
            return;
        }

        try
        {
            await using var connection = await database.OpenConnectionAsync();
            await VolumeDeltas.FoldAsync(connection, CancellationToken.None);
            if (appended >= AppendedMax)
            {
                await VolumeDeltas.ForgetFoldedAsync(connection, CancellationToken.None);
            }
        }
        catch (Exception e) when (FailureHandler.RefusalOf(e) is { Kind: RefusalKind.Unavailable })
        {
            Appended(appended);
            LogLater(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Day volumes are folded later")]
    private partial void LogLater(Exception exception);
}
