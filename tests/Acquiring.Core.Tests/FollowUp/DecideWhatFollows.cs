using Acquiring.Core.FollowUp;
using Acquiring.Core.Terminals;

namespace Acquiring.Core.Tests.FollowUp;

/// <summary>The machine works for merchant 1; the date is 2026-11-20; its last activity was on 2026-08-20 (3 months) or 2025-11-20 (12 months).</summary>
public sealed class DecideWhatFollows
{
    private static readonly DateOnly s_on = new(2026, 11, 20);
    private static readonly DateOnly s_quiet3 = new(2026, 8, 20);
    private static readonly DateOnly s_quiet12 = new(2025, 11, 20);

    [Theory]
    [InlineData(TerminalState.Assigned, "open reverify", "open recover")]
    [InlineData(TerminalState.Installed, "open reverify+Watch", "open recover+Suspend")]
    [InlineData(TerminalState.Active, "open reverify+Watch", "open recover+Suspend")]
    [InlineData(TerminalState.Watch, "open reverify", "open recover+Suspend")]
    [InlineData(TerminalState.Suspended, "open reverify", "open recover")]
    [InlineData(TerminalState.RemovalOrdered, "open reverify", "open recover")]
    public void A_clock_opens_its_task_and_does_with_the_machine_what_is_legal(TerminalState state, string months3, string months12)
    {
        Told(Facts(state, silence: new(3, s_quiet3))).ShouldBe(months3);
        Told(Facts(state, silence: new(12, s_quiet12))).ShouldBe(months12);
    }

    [Fact]
    public void A_spare_and_a_machine_that_works_for_nobody_are_left_alone()
    {
        Told(Facts(TerminalState.Active, silence: new(3, s_quiet3)) with { Spare = true }).ShouldBe("");
        Told(Facts(TerminalState.Recovered, silence: new(12, s_quiet12)) with { MerchantId = null }).ShouldBe("");
        var task = Task(FollowUpKind.Reverify, s_quiet3, FollowUpState.Open, due: 30);
        Told(Facts(TerminalState.Active, silence: null, task) with { Spare = true }).ShouldBe("end reverify Spare");
        Told(Facts(TerminalState.Recovered, silence: null, task) with { MerchantId = null }).ShouldBe("end reverify LeftMerchant");
        Told(Facts(TerminalState.Active, silence: null, task) with { MerchantId = 2 }).ShouldBe("end reverify LeftMerchant");
    }

    [Theory]
    [InlineData(FollowUpState.Open, "")]
    [InlineData(FollowUpState.Done, "")]
    [InlineData(FollowUpState.Cancelled, "")]
    [InlineData(FollowUpState.Ended, "Reopen reverify")]
    public void One_silence_makes_one_task(FollowUpState state, string expected) =>
        Told(Facts(TerminalState.Watch, new(3, s_quiet3), Task(FollowUpKind.Reverify, s_quiet3, state, due: 30))).ShouldBe(expected);

    [Fact]
    public void A_task_ends_by_itself_when_what_it_was_about_is_over()
    {
        var reverify = Task(FollowUpKind.Reverify, s_quiet3, FollowUpState.Open, due: 30);
        Told(Facts(TerminalState.Watch, silence: null, reverify)).ShouldBe("end reverify SoldAgain");
        Told(Facts(TerminalState.Watch, new(3, s_quiet3.AddDays(1)), reverify)).ShouldBe("end reverify SoldAgain, open reverify");
        Told(Facts(TerminalState.Watch, new(12, s_quiet3), reverify)).ShouldBe("end reverify Superseded, open recover+Suspend");
        var recover = Task(FollowUpKind.Recover, s_quiet12, FollowUpState.Open, due: 30);
        Told(Facts(TerminalState.Suspended, silence: null, recover)).ShouldBe("end recover SoldAgain");
        Told(Facts(TerminalState.Suspended, new(3, s_quiet12), recover)).ShouldBe("end recover ClockMoved, open reverify");
        Told(Facts(TerminalState.Active, silence: null, Task(FollowUpKind.Train, s_quiet3, FollowUpState.Open, due: 30))).ShouldBe("end train Cleared");
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(0, "")]
    [InlineData(-1, "Expire reverify+Suspend")]
    public void A_verification_that_nobody_did_in_time_suspends(int due, string expected) =>
        Told(Facts(TerminalState.Watch, new(3, s_quiet3), Task(FollowUpKind.Reverify, s_quiet3, FollowUpState.Open, due))).ShouldBe(expected);

    [Theory]
    [InlineData(FollowUpState.Open, -5, "")]
    [InlineData(FollowUpState.Done, 1, "")]
    [InlineData(FollowUpState.Done, 0, "open train")]
    [InlineData(FollowUpState.Done, -1, "open train")]
    [InlineData(FollowUpState.Cancelled, -5, "")]
    [InlineData(FollowUpState.Ended, -5, "Reopen remind")]
    public void The_next_stage_begins_when_the_one_before_was_done_and_its_days_are_over(FollowUpState state, int due, string expected)
    {
        Told(Low()).ShouldBe("open remind");
        Told(Low(Task(FollowUpKind.Remind, s_quiet3, state, due))).ShouldBe(expected);
    }

    [Fact]
    public void The_stages_are_four_and_each_silence_of_twelve_months_takes_their_place()
    {
        var stages = new[] { FollowUpKind.Remind, FollowUpKind.Train, FollowUpKind.Reprice }.Select(k => Task(k, s_quiet3, FollowUpState.Done, -1)).ToArray();
        Told(Low(stages[..2])).ShouldBe("open reprice");
        Told(Low(stages)).ShouldBe("open proposeRemoval");
        Told(Low([.. stages, Task(FollowUpKind.ProposeRemoval, s_quiet3, FollowUpState.Open, -50)])).ShouldBe("");
        Told(Low([.. stages, Task(FollowUpKind.ProposeRemoval, s_quiet3, FollowUpState.Open, 1)]) with { Silence = new(12, s_quiet12) })
            .ShouldBe("end proposeRemoval Superseded, open recover+Suspend");
        // Found low anew, after it was not.
        Told(Low(stages) with { LowSince = s_quiet3.AddDays(40) }).ShouldBe("open remind");
    }

    private static FollowUpFacts Facts(TerminalState state, Silence? silence, params KnownFollowUp[] tasks) => new(state, false, 1, silence, null, tasks);

    private static FollowUpFacts Low(params KnownFollowUp[] tasks) => new(TerminalState.Active, false, 1, null, s_quiet3, tasks);

    private static KnownFollowUp Task(FollowUpKind kind, DateOnly since, FollowUpState state, int due) => new(1, kind, since, 1, state, s_on.AddDays(due));

    private static string Told(FollowUpFacts facts) => string.Join(", ", DecideFollowUp.Of(facts, s_on).Select(m =>
        $"{(m.Task is null ? "open" : m.Act == FollowUpAct.End ? "end" : $"{m.Act}")} {char.ToLowerInvariant($"{m.Kind}"[0])}{$"{m.Kind}"[1..]}{(m.Why is { } w ? $" {w}" : "")}{(m.Service is { } s ? $"+{s}" : "")}"));
}
