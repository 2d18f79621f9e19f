using Acquiring.Core.Removal;

namespace Acquiring.Core.Tests.Removal;

public sealed class RankTheMachines
{
    [Fact]
    public void The_benefit_is_a_years_cost_less_the_commission_of_a_year()
    {
        // (2,000 + 500) × 12 = 30,000
        RemovalBenefit.Of(2_000, 500, 0).Fen.ShouldBe(30_000);
        RemovalBenefit.Of(2_000, 500, 30_001).Fen.ShouldBe(-1);
        RemovalBenefit.Of(2_000, 500, 123).ShouldBe(new RemovalBenefit(24_000, 6_000, 123));
    }

    [Fact]
    public void The_greatest_benefit_comes_first_then_the_longest_silence_then_the_number()
    {
        var ranked = RankRemovals.Of(
            [Candidate("D", 1, 10, "2025-01-02"), Candidate("C", 1, 10, "2025-01-01"), Candidate("B", 1, 10, "2025-01-01"), Candidate("A", 1, 9, "2020-01-01"), Candidate("E", 1, 11, "2026-01-01")],
            Machines((1, 9)), 2);
        Told(ranked).ShouldBe("E proposed, B proposed, C waiting 1, D waiting 2, A waiting 3");
    }

    [Theory]
    [InlineData(0, "A waiting 1, B waiting 2, C waiting 3")]
    [InlineData(1, "A proposed, B waiting 1, C waiting 2")]
    [InlineData(2, "A proposed, B proposed, C waiting 1")]
    [InlineData(3, "A proposed, B proposed, C proposed")]
    [InlineData(4, "A proposed, B proposed, C proposed")]
    public void A_budget_is_kept(long budget, string expected) =>
        Told(RankRemovals.Of([Candidate("A", 1, 3), Candidate("B", 2, 2), Candidate("C", 3, 1)], Machines((1, 2), (2, 2), (3, 2)), budget)).ShouldBe(expected);

    [Theory]
    [InlineData(4, "A proposed, B proposed, C proposed")]
    [InlineData(3, "A proposed, B proposed, C kept")]
    [InlineData(2, "A proposed, B kept, C kept")]
    [InlineData(1, "A kept, B kept, C kept")]
    public void Of_each_merchant_one_machine_stays_the_least_useful_to_remove(int machines, string expected) =>
        Told(RankRemovals.Of([Candidate("C", 1, 1), Candidate("A", 1, 3), Candidate("B", 1, 2)], Machines((1, machines)), 9)).ShouldBe(expected);

    [Fact]
    public void A_kept_machine_uses_no_budget_and_no_rank() =>
        Told(RankRemovals.Of([Candidate("A", 1, 3), Candidate("B", 2, 2), Candidate("C", 2, 1)], Machines((1, 1), (2, 3)), 1)).ShouldBe("A kept, B proposed, C waiting 1");

    [Theory]
    [InlineData(27.100000, 114.980000, 0)]
    // A thousandth of a degree of latitude: 6,371,008.8 × π ÷ 180,000 = 111.2 metres.
    [InlineData(27.101000, 114.980000, 111)]
    // Of longitude, × cos 27.1°: 99.0 metres.
    [InlineData(27.100000, 114.981000, 99)]
    [InlineData(28.100000, 114.980000, 111195)]
    public void A_distance_is_along_the_surface(double latitude, double longitude, int metres) =>
        new GeoPosition(27.1, 114.98).MetresTo(new(latitude, longitude)).ShouldBe(metres);

    private static RemovalCandidate Candidate(string no, int merchant, long benefit, string since = "2025-01-01") =>
        new(no, merchant, DateOnly.Parse(since), new(benefit, 0, 0));

    private static Dictionary<int, int> Machines(params (int Merchant, int Count)[] machines) => machines.ToDictionary(m => m.Merchant, m => m.Count);

    private static string Told(IReadOnlyList<RankedRemoval> ranked) =>
        string.Join(", ", ranked.Select(r => $"{r.Candidate.TerminalNo} {$"{r.State}".ToLowerInvariant()}{(r.Rank is { } rank ? $" {rank}" : "")}"));
}
