using Acquiring.Core.Pricing;
using Acquiring.Core.Texts;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Tests.Pricing;

public sealed class ExplainAFee
{
    private static readonly TextCatalog s_texts = new(typeof(FeePlan).Assembly);

    private static readonly FeePlan s_plan = new(
        42, new(2026, 1, 1),
        new(PayType.Card, CardKind.Debit, [new(0, Books.Terms("0.60")), new(1_000_000, Books.Terms("0.50", 2_000, 10, 30))]),
        new(PayType.Card, CardKind.Credit, [new(0, Books.Terms("0.70"))]));

    [Fact]
    public void It_names_plan_term_step_tariff_rule_and_grade() =>
        string.Join('\n', new FeeExplanation(s_texts, TextCatalog.English).Sentences(s_plan, new(1102), Books.Of2021, Books.All.Rule(301)!)).ShouldBe(
            """
            Fee plan 42, in force from 2026-01-01.
            Card, debit card: 0.50 % plus 0.10 yuan, at least 0.30 yuan, at most 20.00 yuan.
            Step 2 of 2: from a decided monthly volume of 10000.00 yuan on.
            Tariff 2021 from 2021-09-30, rule 301, standard merchants: issuer 0.315 %, at most 13.00 yuan; network 0.02925 %, at most 3.25 yuan; the rest is the acquirer's.
            Source: read in a secondary text, not in the regulation itself.
            """);

    [Fact]
    public void It_says_the_same_in_chinese() =>
        string.Join('\n', new FeeExplanation(s_texts, TextCatalog.Chinese).Sentences(s_plan, new(1201), Books.Of2016, Books.All.Rule(202)!)).ShouldBe(
            """
            适用手续费方案 42，自 2026-01-01 起生效。
            刷卡，贷记卡：0.70%。
            按 2016（自 2016-09-06 起）第 202 号规则，标准类商户：发卡行服务费 0.45%；网络服务费 0.0325%，封顶 3.25 元；余额归收单机构。
            依据：来自二手资料，未核对文件原文。
            """);

    [Fact]
    public void A_row_from_before_terms_and_tariffs_says_what_is_known() =>
        new FeeExplanation(s_texts, TextCatalog.English).Sentences(Books.Plan(), default, null, TariffRule.None)
            .ShouldBe(["Fee plan 7, the merchant's first.", "No tariff is known for it: issuer's and network's parts are 0."]);

    [Fact]
    public void A_fee_below_cost_says_so() =>
        new FeeExplanation(s_texts, TextCatalog.English).OfParts(new(3_800, 4_500, 325))
            .ShouldBe("Fee 38.00 yuan is below cost: issuer 45.00 + network 3.25, the acquirer loses: -10.25.");

    [Theory]
    [InlineData(0, "0.00")]
    [InlineData(-5, "-0.05")]
    [InlineData(long.MinValue, "-92233720368547758.08")]
    public void Yuan_is_told_to_the_fen(long fen, string yuan) => FeeExplanation.Yuan(fen).ShouldBe(yuan);
}
