using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Acquiring.Backend.Platform.Operations;

/// <summary>
/// Writes what this process's operations come to, at their beginning and end at once and each second between, which also renews their
/// leases; and hears there whether somebody at another process wants one cancelled.
/// </summary>
internal sealed partial class OperationKeeper(OperationRegistry operations, OperationStore store, TimeProvider clock, ILogger<OperationKeeper> log)
    : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_forgetEvery = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _one = new(1, 1);

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    /// <summary>What is known here is in the table when it returns.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var unsaved = operations.Unsaved();
            if (unsaved.Count == 0)
            {
                return;
            }

            var states = unsaved.Select(o => o.Snapshot()).ToList();
            var answers = await store.SaveAsync([.. states.Select(s => (s, !s.IsWritten))], cancellationToken);
            for (var i = 0; i < states.Count; i++)
            {
                Hear(unsaved[i], states[i], answers[i]);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(SaveAsync, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var forgotAt = clock.GetTimestamp() - (long)(s_forgetEvery.TotalSeconds * clock.TimestampFrequency);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await operations.ChangedAsync(s_every, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await TryAsync(SaveAsync, stoppingToken);
            if (clock.GetElapsedTime(forgotAt) >= s_forgetEvery)
            {
                forgotAt = clock.GetTimestamp();
                await TryAsync(store.ForgetOldAsync, stoppingToken);
            }
        }
    }

    private void Hear(Operation operation, OperationSnapshot state, OperationSaving answer)
    {
        operation.IsWritten = true;
        if (answer == OperationSaving.TakenOver)
        {
            operations.Forget(operation);
            return;
        }

        if (answer == OperationSaving.CancelAsked)
        {
            operation.AskCancel();
        }

        if (state.State > OperationState.Running)
        {
            operations.Saved(operation);
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        try
        {
            await act(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception e) when (FailureHandler.RefusalOf(e) is not null || e is ObjectDisposedException)
        {
            // Progress is told again in a second.
            LogNotSaved(e.GetType().Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The progress of operations could not be written ({Reason}); it is tried again")]
    private partial void LogNotSaved(string reason);
}
