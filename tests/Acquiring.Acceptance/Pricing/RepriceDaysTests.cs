using System.Text.Json;
using Acquiring.Acceptance.Running;

namespace Acquiring.Acceptance.Pricing;

/// <summary><c>reprice</c>, as a person at the command line uses it.</summary>
public sealed class RepriceDaysTests
{
    private static readonly string From = $"{OneMerchant.FirstDate:yyyy-MM-dd}";
    private static readonly string To = $"{OneMerchant.LastDate:yyyy-MM-dd}";

    [Fact]
    public async Task Past_days_are_priced_again_to_the_fen_and_the_journal_stays()
    {
        await using var site = new Site();
        await using var serving = await site.ServeAsync();
        await new OneMerchant(site).PostAsync();
        var fee = OneMerchant.Booked.SumOf(OneMerchant.Lines);
        var issuer = OneMerchant.IssuerNow.SumOf(OneMerchant.Lines);
        var network = OneMerchant.NetworkNow.SumOf(OneMerchant.Lines);

        // As booked: no difference, so nobody is listed.
        var same = (await site.RunAsync("reprice", "--from", From, "--to", To)).ShouldBeDone().Json;
        same.GetProperty("merchants").GetArrayLength().ShouldBe(0);
        ShouldBe(same.GetProperty("summary").GetProperty("booked"), fee, issuer, network);
        ShouldBe(same.GetProperty("summary").GetProperty("repriced"), fee, issuer, network);

        // Under the tariff of 2016 the merchant pays the same, and debit cards cost more.
        var tariff = (await site.RunAsync("reprice", "--from", From, "--to", To, "--tariff", "2")).ShouldBeDone().Json;
        var issuer2016 = OneMerchant.Issuer2016.SumOf(OneMerchant.Lines);
        var network2016 = OneMerchant.Network2016.SumOf(OneMerchant.Lines);
        (issuer2016 + network2016).ShouldBeGreaterThan(issuer + network);
        var row = tariff.GetProperty("merchants").EnumerateArray().ShouldHaveSingleItem();
        row.GetProperty("merchantNo").GetString().ShouldBe(OneMerchant.No);
        ShouldBe(row.GetProperty("repriced"), fee, issuer2016, network2016);
        ShouldBe(row.GetProperty("difference"), 0, issuer2016 - issuer, network2016 - network);
        ShouldBe(tariff.GetProperty("summary").GetProperty("repriced"), fee, issuer2016, network2016);

        // Under another plan the fee changes and the costs stay; the first date alone has its own lines alone.
        var plan = new TwoPrices(new(0.10m), new(0.40m));
        var first = OneMerchant.Lines.Take(3).ToList();
        var cheap = (await site.RunAsync(
            "reprice", "--from", From, "--to", From, "--debit", "0.10", "--credit", "0.40", "--merchant-no", OneMerchant.No, "--only", "negative"))
            .ShouldBeDone().Json.GetProperty("merchants").EnumerateArray().ShouldHaveSingleItem();
        ShouldBe(cheap.GetProperty("repriced"), plan.SumOf(first), OneMerchant.IssuerNow.SumOf(first), OneMerchant.NetworkNow.SumOf(first));
        cheap.GetProperty("negativeMargin").GetBoolean().ShouldBeTrue();

        (await site.VolumesAsync(OneMerchant.FirstDate, OneMerchant.LastDate)).Sum(day => day.FeeFen).ShouldBe(fee);
        await site.BooksShouldBeTrueAsync();
    }

    [Fact]
    public async Task What_is_wrong_is_said_with_the_cure_in_both_languages()
    {
        await using var site = new Site();
        await using var serving = await site.ServeAsync();

        var unknown = (await site.RunAsync("reprice", "--from", From, "--to", To, "--tariff", "9")).ShouldBeRefused().Json;
        unknown.GetProperty("code").GetString().ShouldBe("pricing.unknown-tariff");
        unknown.GetProperty("detail").GetString()!.ShouldContain("2016-09-06");
        (await site.RunAsync("reprice", "--from", From, "--to", To, "--merchant-no", "999999999999999", "--lang", "zh")).ShouldBeRefused()
            .Json.GetProperty("detail").GetString()!.ShouldContain("商户");
        (await site.RunAsync("reprice", "--from", "2000-01-01", "--to", To)).ShouldBeRefused()
            .Json.GetProperty("code").GetString().ShouldBe("pricing.repricing-range");
        await QuoteAPlanTests.ShouldBeMisused(site, "--to is before --from", "reprice", "--from", To, "--to", From);
        await QuoteAPlanTests.ShouldBeMisused(site, "--to 早于 --from", "reprice", "--from", To, "--to", From, "--lang", "zh");
        await QuoteAPlanTests.ShouldBeMisused(site, "--debit and --credit", "reprice", "--from", From, "--to", To, "--debit", "0.50");
        await QuoteAPlanTests.ShouldBeMisused(site, "2026-02-30", "reprice", "--from", "2026-02-30", "--to", To);
        await QuoteAPlanTests.ShouldBeMisused(site, "2026-02-30", "volumes", "--from", From, "--to", "2026-02-30");
    }

    private static void ShouldBe(JsonElement parts, long fee, long issuer, long network)
    {
        QuoteAPlanTests.Fen(parts, "fee").ShouldBe(fee);
        QuoteAPlanTests.Fen(parts, "issuer").ShouldBe(issuer);
        QuoteAPlanTests.Fen(parts, "network").ShouldBe(network);
        QuoteAPlanTests.Fen(parts, "margin").ShouldBe(fee - issuer - network);
    }
}
