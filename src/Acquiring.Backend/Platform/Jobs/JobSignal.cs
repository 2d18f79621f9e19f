namespace Acquiring.Backend.Platform.Jobs;

/// <summary>Wakes a loop when something became due, or when some time has passed, whichever is first. Many that ask are one look.</summary>
internal sealed class JobSignal : IDisposable
{
    private readonly JobLedger _ledger;
    private readonly PeriodicTimer _timer;
    private readonly SemaphoreSlim _asked = new(0);
    private Task<bool>? _tick;
    private Task? _signal;

    public JobSignal(JobLedger ledger, TimeProvider clock, TimeSpan every)
    {
        _ledger = ledger;
        _timer = new(every, clock);
        ledger.BecameDue = () => _asked.Release();
    }

    /// <exception cref="OperationCanceledException">The process stops.</exception>
    public async Task WaitAsync(CancellationToken stoppingToken)
    {
        _tick ??= _timer.WaitForNextTickAsync(stoppingToken).AsTask();
        _signal ??= _asked.WaitAsync(stoppingToken);
        await await Task.WhenAny(_tick, _signal);
        _tick = _tick.IsCompleted ? null : _tick;
        while (_signal is { IsCompletedSuccessfully: true })
        {
            _signal = _asked.CurrentCount > 0 ? _asked.WaitAsync(stoppingToken) : null;
        }
    }

    public void Dispose()
    {
        _ledger.BecameDue = null;
        _timer.Dispose();
        _asked.Dispose();
    }
}
