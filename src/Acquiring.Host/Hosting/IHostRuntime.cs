using Acquiring.Core.Refusals;

namespace Acquiring.Host.Hosting;

/// <summary>Where grains live: in this process alone, or in a cluster. The only thing the two builds compose differently.</summary>
public interface IHostRuntime
{
    /// <param name="connectionString">Of the database that the host has opened and migrated.</param>
    /// <exception cref="RefusedException">A setting of the runtime is wrong; the text names it.</exception>
    void AddTo(WebApplicationBuilder builder, string connectionString);

    /// <summary>
    /// Whether a server looks for due jobs by itself. Several may: the job ledger gives each shard to one. <c>false</c> where another scheduler
    /// calls <c>JobTriggers</c> and <c>JobWorker</c>.
    /// </summary>
    bool TicksJobs => true;

    /// <summary>Whether other processes of this kind may serve the same database at the same time.</summary>
    bool SharesDatabase => false;

    /// <returns>Why this process should get no requests yet, or no more.</returns>
    ValueTask<Refusal?> WhyNotReadyAsync(IServiceProvider services);
}
