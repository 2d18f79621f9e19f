using Acquiring.Core.Idle;
using Acquiring.Core.IdlePolicies;

namespace Acquiring.Core.Tests.IdlePolicies;

/// <summary>The policy is the one to begin with; dates are closed from 2026-01-01 on.</summary>
public sealed class JudgeByAPolicy
{
    private static readonly IdlePolicy s_policy = new(
        "test", new(3, 12, "[S]"), new(3, 100_000, 3, null, null, "[U]"),
        [
            new(PolicyExemptionKind.Spare, null, "[U]"), new(PolicyExemptionKind.NewlyInstalled, 90, "[U]"), new(PolicyExemptionKind.Seasonal, null, "[U]"),
            new(PolicyExemptionKind.RuralBenefitPoint, null, "[U]"), new(PolicyExemptionKind.LoanLinked, null, "[U]"),
        ],
        new(new(2, 10, "[R]"), new(80, 5, "[R]"), new(10, "[R]")));

    [Theory]
    [InlineData(99_999, 2, "found")]
    [InlineData(100_000, 2, "clear")]
    [InlineData(100_001, 2, "clear")]
    [InlineData(99_999, 3, "clear")]
    public void Low_is_below_both_bounds_in_each_month(long amountFen, int count, string expected)
    {
        var terminal = Terminal("2026-05-30", months: [new(new(2026, 3, 1), amountFen, count, 1, 0), new(new(2026, 4, 1), 10, 1, 1, 0)]);
        Low(terminal, "2026-05-31").ShouldBe(expected);
    }

    [Fact]
    public void A_month_counts_from_its_last_day_on()
    {
        // March to May on 2026-05-31; a day before, February to April, and February was busy.
        var terminal = Terminal("2026-05-30", months: [new(new(2026, 2, 1), 200_000, 9, 9, 0)]);
        Low(terminal, "2026-05-30").ShouldBe("clear");
        Low(terminal, "2026-05-31").ShouldBe("found");
    }

    [Fact]
    public void A_month_with_an_incomplete_date_is_no_evidence_and_neither_is_one_before_the_first_close()
    {
        var terminal = Terminal("2026-05-30");
        Low(terminal, "2026-06-01").ShouldBe("found");
        Low(terminal, "2026-06-01", "2026-03-01").ShouldBe("clear");
        Low(terminal, "2026-06-01", "2026-02-28").ShouldBe("found");
        Low(terminal, "2026-03-31").ShouldBe("found");
        Low(terminal, "2026-03-30").ShouldBe("clear");
    }

    [Fact]
    public void A_machine_is_new_for_ninety_days()
    {
        // 2026-03-03 + 90 days is 2026-06-01.
        var terminal = Terminal("2026-05-30", since: "2026-03-03");
        Low(terminal, "2026-05-31").ShouldBe("exempt");
        Low(terminal, "2026-06-01").ShouldBe("found");
        Of(new([terminal]), "2026-05-31").Single().LowVolume.RecheckOn.ShouldBe(new(2026, 6, 1));
    }

    [Theory]
    [InlineData("2026-06-10", "clear")]
    [InlineData("2026-06-11", "clear")]
    [InlineData("2026-06-12", "found allTerminals")]
    [InlineData("2026-06-20", "found allTerminals")]
    [InlineData("2026-06-21", "found mostTerminals")]
    public void A_single_machine_is_all_of_them_from_the_second_day_to_the_tenth(string on, string expected) =>
        Warnings(on, [], Terminal("2026-06-10")).ShouldBe([expected]);

    [Fact]
    public void Four_of_five_are_most_and_three_are_not()
    {
        // Idle 5 days and more: four of five are 80 %.
        Warnings("2026-06-15", [], Terminal("2026-06-10"), Terminal("2026-06-10"), Terminal("2026-06-10"), Terminal("2026-06-09"), Terminal("2026-06-15"))
            .ShouldBe(["found mostTerminals", "found mostTerminals", "found mostTerminals", "found mostTerminals", "clear"]);
        Warnings("2026-06-15", [], Terminal("2026-06-10"), Terminal("2026-06-10"), Terminal("2026-06-11"), Terminal("2026-06-03"), Terminal("2026-06-15"))
            .ShouldBe(["clear", "clear", "clear", "found anyTerminal", "clear"]);
    }

    [Fact]
    public void Idle_days_stand_still_over_dates_without_files_and_spares_are_not_counted()
    {
        Warnings("2026-06-12", ["2026-06-11"], Terminal("2026-06-10")).ShouldBe(["clear"]);
        Warnings("2026-06-13", ["2026-06-11"], Terminal("2026-06-10")).ShouldBe(["found allTerminals"]);
        Warnings("2026-06-13", [], Terminal("2026-06-10"), Terminal("2026-06-13") with { Spare = true }).ShouldBe(["found allTerminals", "clear"]);
    }

    [Fact]
    public void The_document_is_canonical()
    {
        Of(new([Terminal("2026-05-30")], new(4, "true", null), new(5, "2,3", new(2027, 1, 1))), "2026-05-31").Single().LowVolume.Document().ShouldBe(
            """{"state":"exempt","rule":"lowVolume","numbers":{"months":[{"month":"2026-03","amountFen":0,"count":0},{"month":"2026-04","amountFen":0,"count":0},{"month":"2026-05","amountFen":0,"count":0}],"amountFenBelow":100000,"countBelow":3},"evidence":[{"since":"2020-01-01","source":"[U]"},{"exemption":"seasonal","no":5,"value":"2,3","source":"[U]"},{"exemption":"ruralBenefitPoint","no":4,"value":"true","source":"[U]"}],"wouldChange":[{"what":"seasonal","endsOn":"2027-01-01"},{"what":"ruralBenefitPoint"}]}""");
        Of(new([Terminal("2026-06-10")]), "2026-06-12").Single().EarlyWarning.Document().ShouldBe(
            """{"state":"found","rule":"allTerminals","numbers":{"lastActivityOn":"2026-06-10","reachedOn":"2026-06-12","incompleteDays":0,"terminals":1,"merchantActiveOn":"2026-06-10","daysMin":2,"daysMax":10},"evidence":[{"activity":"sale","source":"[R]"}],"wouldChange":[{"what":"saleOfAnyTerminal"},{"what":"idleDaysMoreThan","days":10},{"what":"spare"}]}""");
    }

    [Fact]
    public void Only_activities_that_crossed_a_threshold_can_have_another_answer()
    {
        var (before, now) = (Dates("2026-06-12"), Dates("2026-06-13"));
        now.CrossedSince(before, [2, 5]).ShouldBe([(new(2026, 6, 10), new(2026, 6, 11)), (new(2026, 6, 7), new(2026, 6, 8))]);
        Dates("2026-06-13", "2026-06-13").CrossedSince(before, [2]).ShouldBeEmpty();
        Dates("2026-06-13", "2026-06-13").SawOtherFiles(before).ShouldBeFalse();
        Dates("2026-06-13", "2026-06-11").SawOtherFiles(before).ShouldBeTrue();
    }

    private static string Low(PolicyTerminal terminal, string on, params string[] incomplete) =>
        Of(new([terminal]), on, incomplete).Single().LowVolume.State.ToString().ToLowerInvariant();

    private static List<string> Warnings(string on, string[] incomplete, params PolicyTerminal[] terminals) =>
        [.. Of(new(terminals), on, incomplete).Select(v => v.EarlyWarning.Rule is { } rule ? $"found {rule}" : "clear")];

    private static IReadOnlyList<TerminalVerdicts> Of(PolicyMerchant merchant, string on, params string[] incomplete) =>
        DecideIdlePolicies.Of(s_policy, merchant, Dates(on, incomplete));

    private static JudgedDates Dates(string on, params string[] incomplete) =>
        new(DateOnly.Parse(on), incomplete.Select(DateOnly.Parse).ToHashSet(), new(2026, 1, 1));

    private static PolicyTerminal Terminal(string lastSaleOn, string since = "2020-01-01", IReadOnlyList<MonthVolume>? months = null) =>
        new(1, false, DateOnly.Parse(since), null, new(DateOnly.Parse(lastSaleOn), ActivitySource.Sale), months ?? []);
}
