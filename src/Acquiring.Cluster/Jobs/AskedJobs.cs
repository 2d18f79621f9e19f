using System.Threading.Channels;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Jobs;
using Hangfire;
using Npgsql;

namespace Acquiring.Cluster.Jobs;

/// <summary>
/// Calls Hangfire's workers as soon as a person has asked for a job, rather than at the next minute, and keeps the recurring call known to
/// Hangfire. It reads the ledger after the commit, so a call that got lost is made by the minute's look.
/// </summary>
internal sealed partial class AskedJobs(
    JobLedger ledger, DueShards due, IRecurringJobManager recurring, TimeProvider clock, ILogger<AskedJobs> log) : BackgroundService
{
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(5);

    /// <summary>Many that ask are one signal; the first is our own, for what became due while no silo ran.</summary>
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private bool _isKnown;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        ledger.BecameDue = Signal;
        Signal();
        return base.StartAsync(cancellationToken);
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        ledger.BecameDue = null;
        return base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var _ in _signal.Reader.ReadAllAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next silo looks when it starts, and every other each minute.
        }
    }

    private void Signal() => _signal.Writer.TryWrite(true);

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (!_isKnown)
            {
                recurring.AddOrUpdate<ShardCalls>(ShardCalls.AskId, c => c.AskAsync(CancellationToken.None), Cron.Minutely());
                _isKnown = true;
            }

            await due.CallAsync(stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Hangfire wraps what the database says in exceptions of its own.
            LogLater(e);
            await Task.Delay(s_again, clock, stoppingToken);
            Signal();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Calling the workers failed; tried again in a moment")]
    private partial void LogLater(Exception exception);
}
