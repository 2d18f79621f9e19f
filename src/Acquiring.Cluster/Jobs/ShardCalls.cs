using System.ComponentModel;
using System.Globalization;
using Acquiring.Backend.Platform.Jobs;
using Hangfire;
using Hangfire.States;

namespace Acquiring.Cluster.Jobs;

/// <summary>
/// What Hangfire's workers do. Nothing but ids is in a call, and nothing hangs on a call being made once, in time or at all: the ledger says what
/// is due, gives it to one worker, paces the repetitions and remembers.
/// </summary>
[AutomaticRetry(Attempts = 0, LogEvents = false)]
[ForgetLater]
internal sealed class ShardCalls(JobTriggers triggers, DueShards due, JobWorker worker)
{
    public const string Queue = EnqueuedState.DefaultQueue;

    /// <summary>The recurring call of the whole cluster.</summary>
    public const string AskId = "ask-what-is-due";

    public static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Asks for what the calendar makes due, and calls the workers for all that is: also what failed and waited, and what a dead worker held.</summary>
    [DisplayName("ask what is due")]
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        await triggers.AskDueAsync(cancellationToken);
        await due.CallAsync(cancellationToken);
    }

    /// <summary>Does one shard, if it is due; the answer, for the dashboard, is how it ended, or <c>NotDue</c>.</summary>
    /// <param name="date"><c>yyyy-MM-dd</c>: a text reads the same in every version of Hangfire's serializer.</param>
    /// <exception cref="ShardFailedException">It failed; the ledger has it tried again.</exception>
    [DisplayName("{0} {1} shard {2}")]
    public async Task<string> RunAsync(string job, string date, int shard, CancellationToken cancellationToken)
    {
        var day = DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var outcome = await worker.RunOneAsync(job, day, shard, cancellationToken);
        switch (outcome)
        {
            case JobOutcome.Released:
                // Hangfire takes this for what it is, and gives the call to another server.
                cancellationToken.ThrowIfCancellationRequested();
                break;
            case JobOutcome.Failed:
                throw new ShardFailedException(job, date, shard);
            case JobOutcome.Done:
                await due.CallNextAsync(job, day, cancellationToken);
                break;
        }

        return outcome?.ToString() ?? "NotDue";
    }
}

/// <summary>Only so that the dashboard does not call it a success; the ledger has the code, and its next try.</summary>
internal sealed class ShardFailedException(string job, string date, int shard) : Exception($"{job} {date} shard {shard} failed; see the job ledger");
