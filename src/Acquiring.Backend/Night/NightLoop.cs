using Acquiring.Backend.Platform.Jobs;
using Microsoft.Extensions.Hosting;

namespace Acquiring.Backend.Night;

/// <summary>Does the nights that are asked for, and no other job: for a process that ends when its night does.</summary>
internal sealed class NightLoop(JobWorker worker, JobLedger ledger, IEnumerable<INightStep> steps, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string[] jobs = [.. steps.Select(s => NightStepJob.NameOf(s.Step))];
        using var signal = new JobSignal(ledger, clock, s_every);
        try
        {
            while (true)
            {
                await signal.WaitAsync(stoppingToken);
                await worker.RunDueAsync(jobs, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What ran was given back; the next host goes on from there.
        }
    }
}
