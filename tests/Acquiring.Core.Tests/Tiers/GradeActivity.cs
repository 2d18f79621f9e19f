using Acquiring.Core.Tiers;

namespace Acquiring.Core.Tests.Tiers;

public sealed class GradeActivity
{
    [Theory]
    [InlineData(1_000, 80, 100, TierGrade.A)]
    [InlineData(999, 80, 100, TierGrade.B)]
    [InlineData(1_000, 79, 100, TierGrade.B)]
    [InlineData(1_000, 80, 99, TierGrade.B)]
    [InlineData(100, 0, 0, TierGrade.C)]
    [InlineData(99, 100, 1_000, TierGrade.D)]
    [InlineData(-5_000, 0, -5, TierGrade.D)]
    public void A_grade_asks_for_volume_active_days_and_commission_together(long netFen, int activeDays, long commissionFen, TierGrade reached) =>
        ActivityGrades.Judge(Rules.Set, "bigHotel", TierClass.Big, new(netFen, activeDays, 100, commissionFen))!.Value.Reached.ShouldBe(reached);

    // 80 % of A is 800 fen, 64 of 100 days, 80 fen of commission.
    [Theory]
    [InlineData(800, 64, 80, TierGrade.A)]
    [InlineData(799, 64, 80, TierGrade.B)]
    [InlineData(800, 63, 80, TierGrade.B)]
    [InlineData(800, 64, 79, TierGrade.B)]
    public void A_grade_is_kept_at_four_fifths_of_it(long netFen, int activeDays, long commissionFen, TierGrade kept) =>
        ActivityGrades.Judge(Rules.Set, "bigHotel", TierClass.Big, new(netFen, activeDays, 100, commissionFen))!.Value.Kept.ShouldBe(kept);

    [Fact]
    public void The_closest_threshold_counts_and_without_one_nobody_is_graded()
    {
        ActivityGrades.Judge(Rules.Set, "smallCafe", TierClass.Small, new(10, 0, 1, 0))!.Value.Reached.ShouldBe(TierGrade.A);
        ActivityGrades.Judge(Rules.Set, "smallConvenience", TierClass.Small, new(10, 0, 1, 0)).ShouldBeNull();
        ActivityGrades.Judge(Rules.Set, "bigHotel", TierClass.Big, new(10_000, 0, CountedDays: 0, 0)).ShouldBeNull();
    }

    [Theory]
    [InlineData(null, "B", "B")]
    [InlineData("C", "B", "C")]
    [InlineData("C", "A B", "B")]
    [InlineData("C", "B A", "B")]
    [InlineData("C", "B C A", "C")]
    [InlineData("C", "A A C B", "C")]
    [InlineData("B", "C", "B")]
    [InlineData("B", "C D", "C")]
    [InlineData("B", "D C", "C")]
    [InlineData("B", "D B D", "B")]
    [InlineData("A", "D D D", "D")]
    public void It_moves_after_two_judgings_in_a_row_and_no_farther_than_both(string? present, string judgings, string next)
    {
        var reached = judgings.Split(' ').Select(Enum.Parse<TierGrade>).Select(g => new TierJudging(g, g)).ToList();
        ActivityGrades.Next(Rules.TwoMonths, present is null ? null : Enum.Parse<TierGrade>(present), reached).ShouldBe(Enum.Parse<TierGrade>(next));
    }

    [Fact]
    public void What_keeps_the_grade_is_less_than_what_gives_it()
    {
        List<TierJudging> between = [new(TierGrade.B, TierGrade.A), new(TierGrade.B, TierGrade.A)];
        ActivityGrades.Next(Rules.TwoMonths, TierGrade.A, between).ShouldBe(TierGrade.A);
        ActivityGrades.Next(Rules.TwoMonths, TierGrade.C, between).ShouldBe(TierGrade.B);
    }

    [Fact]
    public void However_activity_goes_nobody_rises_above_what_was_reached_or_falls_below_what_was_kept()
    {
        var random = new Random(20261122);
        for (var run = 0; run < 2_000; run++)
        {
            var hysteresis = new TierHysteresis(random.Next(1, 4), random.Next(1, 4), 80, "test");
            TierGrade? grade = null;
            var judgings = new List<TierJudging>();
            for (var month = 0; month < 12; month++)
            {
                var reached = (TierGrade)random.Next(1, 5);
                judgings.Add(new(reached, (TierGrade)random.Next(1, (int)reached + 1)));
                var next = ActivityGrades.Next(hysteresis, grade, judgings);
                if (grade is { } before)
                {
                    (next >= before || next >= reached).ShouldBeTrue();
                    (next <= before || next <= judgings[^1].Kept).ShouldBeTrue();
                    ActivityGrades.Next(hysteresis, next, judgings).ShouldBe(next);
                }

                grade = next;
            }
        }
    }
}
