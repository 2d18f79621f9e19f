using Acquiring.Backend.Platform.Jobs;
using Acquiring.Core.Refusals;

namespace Acquiring.Host.Hosting;

/// <summary>Where grains live and who does the jobs: this process alone, or a cluster. The only thing the two builds compose differently.</summary>
public interface IHostRuntime
{
    /// <param name="connectionString">Of the database that the host has opened and migrated.</param>
    /// <exception cref="RefusedException">A setting of the runtime is wrong; the text names it.</exception>
    void AddTo(WebApplicationBuilder builder, string connectionString);

    /// <summary>
    /// Who does the due jobs of a server: a loop in this process, where no other scheduler calls <c>JobTriggers</c> and <c>JobWorker</c>. Several
    /// may look: the job ledger gives each shard to one.
    /// </summary>
    void AddJobsTo(WebApplicationBuilder builder, string connectionString) => builder.Services.AddJobTickLoop();

    /// <summary>Pages that a server of this runtime has beside the product's own.</summary>
    void MapTo(WebApplication app)
    {
    }

    /// <summary>Whether other processes of this kind may serve the same database at the same time.</summary>
    bool SharesDatabase => false;

    /// <returns>Why this process should get no requests yet, or no more.</returns>
    ValueTask<Refusal?> WhyNotReadyAsync(IServiceProvider services);
}
