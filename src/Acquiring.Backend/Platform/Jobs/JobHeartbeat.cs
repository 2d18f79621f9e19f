namespace Acquiring.Backend.Platform.Jobs;

/// <summary>
/// Renews a lease while its job runs, and ends the job's token when the lease is lost or when, the database not answering, it must be
/// taken for lost.
/// </summary>
internal sealed class JobHeartbeat : IAsyncDisposable
{
    private readonly JobRun _run;
    private readonly TimeProvider _clock;
    private readonly PeriodicTimer _timer;
    private readonly CancellationTokenSource _ending;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _beating;

    public JobHeartbeat(JobRun run, TimeProvider clock, CancellationToken stoppingToken)
    {
        _run = run;
        _clock = clock;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        _timer = new PeriodicTimer(JobLimits.RenewEvery, clock);
        _beating = BeatAsync();
    }

    /// <summary>The job's.</summary>
    public CancellationToken Token => _ending.Token;

    /// <summary>Why the job was ended by us; <c>null</c> while the lease is held.</summary>
    public LeaseAnswer? Lost { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _stopped.CancelAsync();
        await _beating;
        _ending.Dispose();
        _stopped.Dispose();
    }

    private async Task BeatAsync()
    {
        var renewedAt = _clock.GetTimestamp();
        while (await _timer.WaitForNextTickAsync(CancellationToken.None))
        {
            try
            {
                var answer = await _run.RenewAsync(_stopped.Token);
                if (answer == LeaseAnswer.Held)
                {
                    renewedAt = _clock.GetTimestamp();
                    continue;
                }

                await LoseAsync(answer);
                return;
            }
            catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
            {
                return;
            }
            catch (Exception)
            {
                // A renewal that failed is one that was missed; the lease outlives some of them.
                if (_clock.GetElapsedTime(renewedAt) >= JobLimits.Lease)
                {
                    await LoseAsync(LeaseAnswer.StaleLease);
                    return;
                }
            }
        }
    }

    private Task LoseAsync(LeaseAnswer answer)
    {
        Lost = answer;
        return _ending.CancelAsync();
    }
}
