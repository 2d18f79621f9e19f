using Acquiring.Core.Merchants.Risk;

namespace Acquiring.Core.Tests.Merchants.Risk;

public sealed class JudgeRisk
{
    private static readonly DateOnly s_today = new(2026, 11, 22);
    private static readonly RiskFacts s_nothing = new(RiskGrade.Low, null, 0, 0, false, false, false, false);

    private static readonly RiskPolicy s_policy = new(
        new Dictionary<RiskFactor, int>
        {
            [RiskFactor.MccHigh] = 40, [RiskFactor.MccMedium] = 20, [RiskFactor.OpenUnder90Days] = 20, [RiskFactor.OpenUnder1Year] = 10,
            [RiskFactor.MostlyWithoutCard] = 10, [RiskFactor.BindingCaseOpen] = 20, [RiskFactor.BlacklistCaseOpen] = 60,
        },
        MediumFrom: 30, HighFrom: 60);

    [Fact]
    public void Points_are_the_sum_of_the_reasons()
    {
        var judged = s_policy.Judge(s_nothing with { MccRisk = RiskGrade.High, BindingCaseOpen = true }, s_today);
        (judged.Grade, judged.Points).ShouldBe((RiskGrade.High, 60)); // 40 + 20.
        judged.Reasons.ShouldBe([new(RiskFactor.MccHigh, 40), new(RiskFactor.BindingCaseOpen, 20)]);
        s_policy.Judge(s_nothing, s_today).ShouldSatisfyAllConditions(j => j.Grade.ShouldBe(RiskGrade.Low), j => j.Reasons.ShouldBeEmpty());
    }

    [Theory]
    [InlineData("2026-08-25", RiskFactor.OpenUnder90Days)] // 90 days later is 2026-11-23.
    [InlineData("2026-08-24", RiskFactor.OpenUnder1Year)]
    [InlineData("2025-11-23", RiskFactor.OpenUnder1Year)]
    [InlineData("2025-11-22", null)]
    public void A_young_merchant_has_points_to_the_day(string opened, RiskFactor? factor) =>
        s_policy.Judge(s_nothing with { OpenedOn = DateOnly.Parse(opened) }, s_today).Reasons.Select(r => (RiskFactor?)r.Factor).SingleOrDefault()
            .ShouldBe(factor);

    [Theory]
    [InlineData(101, 51, true)]
    [InlineData(100, 50, false)]
    [InlineData(0, 0, false)]
    public void More_than_half_without_a_card_counts(long sales, long without, bool counts) =>
        s_policy.Judge(s_nothing with { SalesFen = sales, SalesWithoutCardFen = without }, s_today).Reasons.Any().ShouldBe(counts);

    [Fact]
    public void A_bound_belongs_to_the_higher_grade()
    {
        var medium = s_nothing with { MccRisk = RiskGrade.Medium, OpenedOn = new(2026, 1, 1) }; // 20 + 10 = 30.
        s_policy.Judge(medium, s_today).Grade.ShouldBe(RiskGrade.Medium);
        (s_policy with { MediumFrom = 31 }).Judge(medium, s_today).Grade.ShouldBe(RiskGrade.Low);
    }
}
