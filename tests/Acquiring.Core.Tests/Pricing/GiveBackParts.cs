using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;
using FsCheck;
using FsCheck.Fluent;

namespace Acquiring.Core.Tests.Pricing;

public sealed class GiveBackParts
{
    private static readonly DateTime s_sale = new(2026, 11, 20, 10, 0, 0);

    /// <summary>A sale, its parts, and what was given back of it in some order; amounts up to the largest a file can carry.</summary>
    private static readonly Gen<(long SoldFen, FeeParts Whole, ReturnedPart[] Parts)> Sales =
        from sold in Gen.OneOf(Gen.Elements(1L, 2L, 999_999_999_999L), Gen.Choose(1, 100_000_000).Select(n => (long)n))
        from fee in Gen.Choose(0, 2_000_000)
        from issuer in Gen.Choose(0, 2_000_000)
        from network in Gen.Choose(0, 100_000)
        from cuts in Gen.Choose(0, 1_000_000).ArrayOf().Select(c => c.Take(6).ToArray())
        from seconds in Gen.Choose(0, 3).ArrayOf(7)
        select (sold, new FeeParts(fee, issuer, network), Cut(sold, cuts, seconds));

    [Fact]
    public void A_full_return_gives_every_part_back_to_the_fen() => ForAll(s =>
        GiveBack.PartsOf(s.SoldFen, s.Whole, s.Parts).Aggregate(default(FeeParts), (a, p) => a + p) == s.Whole);

    [Fact]
    public void Parts_sum_to_the_fee_at_every_step() => ForAll(s =>
        GiveBack.PartsOf(s.SoldFen, s.Whole, s.Parts).All(p => p.IssuerFeeFen + p.NetworkFeeFen + p.AcquirerFeeFen == p.FeeFen));

    [Fact]
    public void The_order_of_arrival_changes_nothing() => ForAll(s =>
    {
        var given = GiveBack.PartsOf(s.SoldFen, s.Whole, s.Parts);
        var turned = s.Parts.Reverse().ToArray();
        return GiveBack.PartsOf(s.SoldFen, s.Whole, turned).Reverse().SequenceEqual(given);
    });

    [Fact]
    public void Splitting_the_last_refund_changes_only_that_refund() => ForAll(s =>
    {
        var ordered = s.Parts.OrderBy(p => p.OccurredAt).ThenBy(p => p.Stan).ToArray();
        var last = ordered[^1];
        if (last.AmountFen < 2)
        {
            return true;
        }

        ReturnedPart[] split = [.. ordered[..^1], last with { AmountFen = 1 }, last with { Stan = 900_000, AmountFen = last.AmountFen - 1 }];
        var whole = GiveBack.PartsOf(s.SoldFen, s.Whole, ordered);
        var parts = GiveBack.PartsOf(s.SoldFen, s.Whole, split);
        return parts.SkipLast(2).SequenceEqual(whole.SkipLast(1)) && parts[^2] + parts[^1] == whole[^1];
    });

    [Fact]
    public void Nothing_is_given_back_below_zero_or_beyond_the_whole() => ForAll(s =>
        GiveBack.PartsOf(s.SoldFen, s.Whole, s.Parts).All(p =>
            p.FeeFen >= 0 && p.FeeFen <= s.Whole.FeeFen && p.IssuerFeeFen >= 0 && p.NetworkFeeFen >= 0));

    [Fact]
    public void The_fee_alone_is_split_as_it_always_was() => ForAll(s =>
        GiveBack.FeesOf(s.SoldFen, s.Whole.FeeFen, s.Parts).SequenceEqual(GiveBack.PartsOf(s.SoldFen, s.Whole, s.Parts).Select(p => p.FeeFen)));

    [Fact]
    public void A_sale_below_cost_gives_its_loss_back_too()
    {
        // 38.00 - 45.00 - 3.25 = -10.25. Half of it: 19.00 - 22.50 - 1.63 = -5.13; the rest: 19.00 - 22.50 - 1.62 = -5.12.
        var parts = GiveBack.PartsOf(1_000_000, new FeeParts(3_800, 4_500, 325), [Part(1, 500_000), Part(2, 500_000)]);
        parts.ShouldBe([new FeeParts(1_900, 2_250, 163), new FeeParts(1_900, 2_250, 162)]);
        parts.Select(p => p.AcquirerFeeFen).ShouldBe([-513, -512]);
    }

    [Fact]
    public void At_64_bits_it_refuses_instead_of_wrapping()
    {
        var whole = new FeeParts(long.MaxValue, 1, 0);
        GiveBack.PartsOf(long.MaxValue, whole, [Part(1, 1), Part(2, long.MaxValue - 1)]).Aggregate((a, b) => a + b).ShouldBe(whole);
        Should.Throw<OverflowException>(() => GiveBack.PartsOf(long.MaxValue, whole, [Part(1, long.MaxValue), Part(2, 1)]));
        GiveBack.Judge(long.MaxValue, 1, TransactionKind.Refund, long.MaxValue - 1).ShouldBe(HoldReason.None);
        GiveBack.Judge(long.MaxValue, 2, TransactionKind.Refund, long.MaxValue - 1).ShouldBe(HoldReason.ExceedsSale);
    }

    private static ReturnedPart Part(int stan, long amountFen) => new(s_sale.AddHours(stan), 1, stan, 1, TransactionKind.Refund, amountFen);

    private static ReturnedPart[] Cut(long soldFen, int[] cuts, int[] seconds)
    {
        var at = cuts.Select(c => (long)((Int128)soldFen * c / 1_000_000)).Append(0).Append(soldFen).Distinct().Order().ToArray();
        return [.. at.Zip(at.Skip(1), (a, b) => b - a).Select((fen, i) =>
            new ReturnedPart(s_sale.AddSeconds(seconds[i % seconds.Length]), 1, i + 1, 1, TransactionKind.Refund, fen))];
    }

    private static void ForAll(Func<(long SoldFen, FeeParts Whole, ReturnedPart[] Parts), bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Sales.ToArbitrary(), property));
}
