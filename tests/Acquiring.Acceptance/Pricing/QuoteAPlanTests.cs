using System.Text.Json;
using Acquiring.Acceptance.Running;

namespace Acquiring.Acceptance.Pricing;

/// <summary><c>quote</c>, as a person at the command line uses it.</summary>
public sealed class QuoteAPlanTests
{
    [Fact]
    public async Task A_quote_tells_what_another_plan_would_have_brought_to_the_fen()
    {
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        await new OneMerchant(site).PostAsync();

        var json = (await site.RunAsync("quote", OneMerchant.No, "--debit", "0.50", "--debit-cap", "1500", "--credit", "0.46")).ShouldBeDone().Json;

        var then = new TwoPrices(new(0.50m, 1500), new(0.46m)).SumOf(OneMerchant.Lines);
        var cost = OneMerchant.IssuerNow.SumOf(OneMerchant.Lines) + OneMerchant.NetworkNow.SumOf(OneMerchant.Lines);
        var now = OneMerchant.Booked.SumOf(OneMerchant.Lines);
        var sums = json.GetProperty("sums");
        sums.GetProperty("sales").GetInt64().ShouldBe(OneMerchant.Lines.Count);
        Fen(sums, "gross").ShouldBe(OneMerchant.Lines.Sum(l => l.AmountFen));
        Fen(sums, "feeNow").ShouldBe(now);
        Fen(sums, "feeThen").ShouldBe(then);
        Fen(sums, "cost").ShouldBe(cost);
        Fen(sums, "marginNow").ShouldBe(now - cost);
        Fen(sums, "marginThen").ShouldBe(then - cost);
        json.GetProperty("months").EnumerateArray().Sum(m => Fen(m.GetProperty("sums"), "feeThen")).ShouldBe(then);
        // The same by hand: 62 + 1500 + 9200 + 46 - 15 + 0, and 74 + 2000 + 14000 + 70 - 23 + 0.
        then.ShouldBe(10_793);
        now.ShouldBe(16_121);

        // A quote changes nothing.
        (await site.VolumesAsync(OneMerchant.FirstDate, OneMerchant.LastDate)).Sum(day => day.FeeFen).ShouldBe(now);
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task What_is_missing_or_unknown_is_said_with_the_cure_in_both_languages()
    {
        await using var site = new Site();
        await using var serving = await site.ServeAsync();

        (await site.RunAsync("quote", OneMerchant.No, "--debit", "0.50", "--credit", "0.55")).ShouldBeRefused()
            .Json.GetProperty("code").GetString().ShouldBe("merchant.unknown");
        (await site.RunAsync("quote", OneMerchant.No, "--debit", "half", "--credit", "0.55", "--lang", "zh")).ShouldBeRefused()
            .Json.GetProperty("detail").GetString()!.ShouldContain("费率");
        await ShouldBeMisused(site, "--debit and --credit", "quote", OneMerchant.No);
        await ShouldBeMisused(site, "--debit and --credit", "quote", OneMerchant.No, "--debit", "0.50");
        await ShouldBeMisused(site, "--debit 与 --credit", "quote", OneMerchant.No, "--credit", "0.50", "--debit-cap", "1", "--lang", "zh");
        await ShouldBeMisused(site, "--terms", "quote", OneMerchant.No, "--terms", "x.json", "--debit", "0.50", "--credit", "0.55");
    }

    internal static async Task ShouldBeMisused(Site site, string text, params string[] arguments)
    {
        var answer = await site.RunAsync(arguments);
        answer.ExitCode.ShouldBe(2, answer.ToString());
        (answer.Output + answer.Error).ShouldContain(text, customMessage: answer.ToString());
    }

    internal static long Fen(JsonElement of, string name) => of.GetProperty(name).GetProperty("amountFen").GetInt64();
}
