using Acquiring.Core.Scorecards;

namespace Acquiring.Core.Tests.Scorecards;

public sealed class MeasureAPeriod
{
    [Theory]
    [InlineData("2026-02-01", "2026-02-28", "2025-02-01", "2025-02-28")]
    [InlineData("2028-02-01", "2028-02-29", "2027-02-01", "2027-02-28")]
    [InlineData("2029-02-01", "2029-02-28", "2028-02-01", "2028-02-29")]
    [InlineData("2028-02-29", "2028-03-10", "2027-02-28", "2027-03-10")]
    [InlineData("2026-01-01", "2026-12-31", "2025-01-01", "2025-12-31")]
    public void The_year_before_has_whole_months_too(string from, string to, string fromBefore, string toBefore) =>
        new ScorecardPeriod(DateOnly.Parse(from), DateOnly.Parse(to)).YearBefore.ShouldBe(new(DateOnly.Parse(fromBefore), DateOnly.Parse(toBefore)));

    [Fact]
    public void A_target_is_made_of_months_unless_the_year_has_its_own()
    {
        var months = Enumerable.Range(1, 12).ToDictionary(m => m, m => (long)m);
        var year = new ScorecardPeriod(new(2026, 1, 1), new(2026, 12, 31));
        // 1 + 2 + ... + 12 = 78
        year.TargetOf(isFlow: true, months).ShouldBe(78);
        year.TargetOf(isFlow: false, months).ShouldBe(12);
        year.TargetOf(isFlow: true, new Dictionary<int, long>(months) { [0] = 100 }).ShouldBe(100);
        new ScorecardPeriod(new(2026, 4, 1), new(2026, 6, 30)).TargetOf(isFlow: true, months).ShouldBe(15);
        new ScorecardPeriod(new(2026, 4, 1), new(2026, 6, 29)).TargetOf(isFlow: true, months).ShouldBeNull();
        months.Remove(5);
        new ScorecardPeriod(new(2026, 4, 1), new(2026, 6, 30)).TargetOf(isFlow: true, months).ShouldBeNull();
        new ScorecardPeriod(new(2026, 4, 1), new(2026, 6, 30)).TargetOf(isFlow: false, months).ShouldBe(6);
    }

    [Theory]
    [InlineData(2, 3, 6_667L)]
    [InlineData(1, 3, 3_333L)]
    [InlineData(1, 20_000, 1L)]
    [InlineData(0, 5, 0L)]
    [InlineData(0, 0, null)]
    [InlineData(-1, 5, null)]
    [InlineData(1, -5, null)]
    public void A_share_is_rounded_half_up_and_none_of_nothing(long part, long whole, long? expected) =>
        ScorecardWords.PerTenThousand(part, whole).ShouldBe(expected);

    [Fact]
    public void A_branch_is_part_of_the_one_right_below_and_a_circle_of_none()
    {
        var parents = new Dictionary<string, string?> { ["top"] = null, ["a"] = "top", ["a1"] = "a", ["x"] = "y", ["y"] = "x" };
        ScorecardSums.PartOf("a1", "top", parents).ShouldBe("a");
        ScorecardSums.PartOf("a1", null, parents).ShouldBe("top");
        ScorecardSums.PartOf("top", "top", parents).ShouldBe("top");
        ScorecardSums.PartOf("top", "a", parents).ShouldBeNull();
        ScorecardSums.PartOf("x", "top", parents).ShouldBeNull();
    }
}
