using Acquiring.Backend.Platform.Jobs;
using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Night;

/// <summary>A step of the night as the ledger knows it. It is asked for with its night only.</summary>
internal sealed class NightStepJob(INightStep step, NightStore nights) : IJob
{
    public const string Chain = "night";

    public string Name => NameOf(step.Step);

    public static string NameOf(NightStep step) => $"night-{NightWords.Of(step)}";

    public int ShardsFor(DateOnly date) => step.Shards;

    public Task<Refusal?> RefuseAsync(DateOnly date, CancellationToken cancellationToken) =>
        Task.FromResult<Refusal?>(NightRefusals.StepAlone(Name, date));

    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var night = await nights.FindAsync(run.Date, cancellationToken)
            ?? throw new InvalidOperationException($"{Name} of {run.Date:yyyy-MM-dd} has no night");
        await step.RunAsync(run, night, cancellationToken);
    }
}
