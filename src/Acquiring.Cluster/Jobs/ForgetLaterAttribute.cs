using Hangfire.Common;
using Hangfire.States;
using Hangfire.Storage;

namespace Acquiring.Cluster.Jobs;

/// <summary>
/// How long Hangfire shows a call that ended. It would keep failed ones for ever; the ledger, the audit and the log tell of them longer than
/// this. The calls that only ask come every minute.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ForgetLaterAttribute : JobFilterAttribute, IElectStateFilter, IApplyStateFilter
{
    private static readonly TimeSpan s_work = TimeSpan.FromDays(14);
    private static readonly TimeSpan s_asking = TimeSpan.FromHours(1);

    public void OnStateElection(ElectStateContext context)
    {
        if (context.CandidateState is FailedState failed)
        {
            context.CandidateState = new FailedForGood(failed);
        }
    }

    public void OnStateApplied(ApplyStateContext context, IWriteOnlyTransaction transaction) =>
        context.JobExpirationTimeout = context.BackgroundJob.Job?.Method.Name == nameof(ShardCalls.AskAsync) ? s_asking : s_work;

    public void OnStateUnapplied(ApplyStateContext context, IWriteOnlyTransaction transaction)
    {
    }

    /// <summary>Failed as Hangfire shows it, but ended: what is ended is removed in time.</summary>
    private sealed class FailedForGood(FailedState failed) : IState
    {
        public string Name => failed.Name;

        public string Reason => failed.Reason;

        public bool IsFinal => true;

        public bool IgnoreJobLoadException => failed.IgnoreJobLoadException;

        public Dictionary<string, string> SerializeData() => failed.SerializeData();
    }
}
