using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Platform.Jobs;

/// <summary>When a job is due by itself. All dates from the first on become due, each once; missed ones are caught up in order.</summary>
public interface IJobTrigger
{
    string Job { get; }

    /// <summary>
    /// How long after the end of a business date (its midnight, China time) the job is due: 4 hours is at four o'clock in the next
    /// morning. Zero or more.
    /// </summary>
    TimeSpan After { get; }

    /// <summary>The dates the job is about, whether or not they were asked for; <c>null</c> when there is none yet.</summary>
    /// <param name="connection">For reading.</param>
    /// <param name="lastEnded">The latest date whose time, by <see cref="After"/>, has come.</param>
    /// <param name="dueAt">The moment at which <paramref name="lastEnded"/> became due.</param>
    Task<DateRange?> DatesAsync(NpgsqlConnection connection, DateOnly lastEnded, DateTimeOffset dueAt, CancellationToken cancellationToken);

    /// <summary>Asks for one of the dates. A chain asks for all of its steps.</summary>
    /// <returns>Why it was not asked for: then neither are the later dates, and the next look asks again.</returns>
    async Task<Refusal?> AskAsync(JobLedger ledger, IJob job, DateOnly date, CancellationToken cancellationToken)
    {
        await ledger.AskAsync(job.Name, date, job.ShardsFor(date), JobTriggers.Calendar, why: null, cancellationToken);
        return null;
    }
}

/// <summary>Both inclusive.</summary>
public readonly record struct DateRange(DateOnly First, DateOnly Last);
