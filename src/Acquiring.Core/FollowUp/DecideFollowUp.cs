using Acquiring.Core.Terminals;

namespace Acquiring.Core.FollowUp;

/// <summary>A legal clock that ran out: which, and the last activity that the silence began after.</summary>
/// <param name="Months">3 or 12.</param>
public readonly record struct Silence(int Months, DateOnly LastActivityOn);

/// <summary>A task that there is or was.</summary>
/// <param name="Since">What it is about: the last activity before the silence, or the date since which the volume is low.</param>
/// <param name="DueOn">Its deadline; of a stage also the date before which the next one does not begin.</param>
public sealed record KnownFollowUp(long Id, FollowUpKind Kind, DateOnly Since, int MerchantId, FollowUpState State, DateOnly DueOn);

/// <summary>What is known of a machine on the judged date.</summary>
/// <param name="MerchantId">Whom it works for; <c>null</c> for nobody.</param>
/// <param name="Silence">The legal clock that stands against it; <c>null</c> when none does.</param>
/// <param name="LowSince">Since when its volume is found low; <c>null</c> when it is not, or exempt.</param>
public sealed record FollowUpFacts(
    TerminalState State, bool Spare, int? MerchantId, Silence? Silence, DateOnly? LowSince, IReadOnlyList<KnownFollowUp> Tasks);

/// <summary>Days that the kinds of tasks are given.</summary>
public sealed record FollowUpDays(int Reverify, int Recover, int Remind, int Train, int Reprice, int ProposeRemoval)
{
    public int Of(FollowUpKind kind) => kind switch
    {
        FollowUpKind.Reverify => Reverify,
        FollowUpKind.Recover => Recover,
        FollowUpKind.Remind => Remind,
        FollowUpKind.Train => Train,
        FollowUpKind.Reprice => Reprice,
        FollowUpKind.ProposeRemoval => ProposeRemoval,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}

/// <summary>One thing that follows.</summary>
/// <param name="Task">Of an act on a task that there is; <c>null</c> for a new one.</param>
/// <param name="Why">Of an end.</param>
/// <param name="Service">What is done with the machine besides: watched or suspended.</param>
public sealed record FollowUpMove(
    FollowUpAct? Act, KnownFollowUp? Task, FollowUpKind Kind, DateOnly Since, FollowUpEnd? Why = null, TerminalAct? Service = null);

/// <summary>
/// What follows a finding. A pure function of what stands, not of what changed: asked again after its moves are done it answers nothing, so a
/// night may be cut off and run again anywhere.
/// </summary>
public static class DecideFollowUp
{
    private static readonly FollowUpKind[] s_stages = [FollowUpKind.Remind, FollowUpKind.Train, FollowUpKind.Reprice, FollowUpKind.ProposeRemoval];

    public static bool IsStage(FollowUpKind kind) => s_stages.Contains(kind);

    public static IReadOnlyList<FollowUpMove> Of(FollowUpFacts facts, DateOnly on)
    {
        var moves = new List<FollowUpMove>();
        foreach (var task in facts.Tasks.Where(t => t.State == FollowUpState.Open))
        {
            if (EndOf(facts, task) is { } why)
            {
                moves.Add(new(FollowUpAct.End, task, task.Kind, task.Since, why));
            }
            else if (task.Kind == FollowUpKind.Reverify && task.DueOn < on)
            {
                moves.Add(new(FollowUpAct.Expire, task, task.Kind, task.Since, Service: Legal(facts.State, TerminalAct.Suspend)));
            }
        }

        if (facts.MerchantId is null || facts.Spare)
        {
            return moves;
        }

        if (facts.Silence is { Months: 12 } stop)
        {
            Want(FollowUpKind.Recover, stop.LastActivityOn, Legal(facts.State, TerminalAct.Suspend));
        }
        else
        {
            if (facts.Silence is { } silence)
            {
                Want(FollowUpKind.Reverify, silence.LastActivityOn, Legal(facts.State, TerminalAct.Watch));
            }

            if (facts.LowSince is { } since && NextStage(facts, since, on) is { } stage)
            {
                Want(stage, since, null);
            }
        }

        return moves;

        void Want(FollowUpKind kind, DateOnly since, TerminalAct? service)
        {
            var known = facts.Tasks.FirstOrDefault(t => t.Kind == kind && t.Since == since && t.MerchantId == facts.MerchantId);
            if (known is null)
            {
                moves.Add(new(null, null, kind, since, Service: service));
            }
            else if (known.State == FollowUpState.Ended)
            {
                moves.Add(new(FollowUpAct.Reopen, known, kind, since, Service: service));
            }
        }
    }

    private static FollowUpEnd? EndOf(FollowUpFacts facts, KnownFollowUp task) =>
        task.MerchantId != facts.MerchantId ? FollowUpEnd.LeftMerchant
        : facts.Spare ? FollowUpEnd.Spare
        : IsStage(task.Kind)
            ? facts.Silence is { Months: 12 } ? FollowUpEnd.Superseded : facts.LowSince != task.Since ? FollowUpEnd.Cleared : null
        : facts.Silence is not { } silence || silence.LastActivityOn != task.Since ? FollowUpEnd.SoldAgain
        : task.Kind == FollowUpKind.Reverify && silence.Months == 12 ? FollowUpEnd.Superseded
        : task.Kind == FollowUpKind.Recover && silence.Months == 3 ? FollowUpEnd.ClockMoved
        : null;

    /// <summary>A stage begins when the one before was done and its days are over; a cancelled one is the last.</summary>
    private static FollowUpKind? NextStage(FollowUpFacts facts, DateOnly since, DateOnly on)
    {
        FollowUpKind? wanted = s_stages[0];
        foreach (var stage in s_stages)
        {
            if (facts.Tasks.FirstOrDefault(t => t.Kind == stage && t.Since == since && t.MerchantId == facts.MerchantId) is not { } task)
            {
                return wanted;
            }

            wanted = task.State switch
            {
                FollowUpState.Ended => stage,
                FollowUpState.Done when task.DueOn <= on && stage != s_stages[^1] => stage + 1,
                _ => null,
            };
            if (wanted is null || task.State == FollowUpState.Ended)
            {
                return wanted;
            }
        }

        return null;
    }

    private static TerminalAct? Legal(TerminalState state, TerminalAct act) => new TerminalStanding(state).LegalActs.Contains(act) ? act : null;
}
