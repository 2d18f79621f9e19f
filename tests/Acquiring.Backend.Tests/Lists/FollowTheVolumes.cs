using Acquiring.Backend.Lists.Activity;
using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Lists;

public sealed class FollowTheVolumes(TestCluster cluster)
{
    [Fact]
    public async Task A_posted_sale_is_seen_after_the_next_refresh_and_a_refund_lowers_the_volume()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        (await RowAsync(gateway)).ShouldBe("- 0");
        await gateway.PostAsync(Gateway.Sale(1, 500));
        await gateway.PostAsync(Gateway.Sale(2, 700, at: "2026-11-21T11:00:00+08:00"));
        await gateway.PostAsync(Gateway.Back("refund", 3, 200, ofStan: 1));
        await RefreshAsync(gateway);
        (await RowAsync(gateway)).ShouldBe("2026-11-22 1000");
        (await gateway.Api.GetAsync("merchants")).Text("activityAsOf").ShouldBe("2026-11-22T04:00:00+00:00");
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Volumes_leave_the_window_after_thirty_days_and_the_last_activity_stays()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(1, 500));
        await RefreshAsync(gateway);
        gateway.Bank.Clock.Advance(TimeSpan.FromDays(29));
        await RefreshAsync(gateway);
        (await RowAsync(gateway)).ShouldBe("2026-11-22 500");
        gateway.Bank.Clock.Advance(TimeSpan.FromDays(1));
        await RefreshAsync(gateway);
        (await RowAsync(gateway)).ShouldBe("2026-11-22 0");
        // Days without a refresh are caught up in one.
        gateway.Bank.Clock.Advance(TimeSpan.FromDays(300));
        await RefreshAsync(gateway);
        (await RowAsync(gateway)).ShouldBe("2026-11-22 0");
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task What_is_taken_back_makes_the_sale_before_it_the_last_one()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(1, 500, at: "2026-11-20T11:00:00+08:00"));
        await gateway.PostAsync(Gateway.Sale(2, 700));
        await RefreshAsync(gateway);
        // As a withdrawal does.
        await gateway.Bank.ExecuteAsync(
            """
            insert into journal select occurred_at, -amount_fen, -fee_fen, -issuer_fee_fen, -network_fee_fen, declared_fee_fen, card, transaction_date, business_date,
                merchant_id, terminal_id, stan, batch, file_id, line_no, fee_plan_id, original_date, original_terminal_id, original_stan, original_batch, kind, 1,
                plan_term, tariff_rule_id, card_kind, pay_type, reference, card_reference from journal where stan = 2;
            insert into day_volume_delta select transaction_date, merchant_id, terminal_id, business_date, pay_type, -sales, 0, 0, -gross_fen, 0, 0, -fee_fen,
                -issuer_fee_fen, -network_fee_fen from day_volume where transaction_date = '2026-11-22'
            """);
        await RefreshAsync(gateway);
        (await RowAsync(gateway)).ShouldBe("2026-11-20 500");
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task The_books_tell_a_list_that_is_wrong()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(1, 500));
        await RefreshAsync(gateway);
        await gateway.Bank.ExecuteAsync(
            "update merchant_activity set volume_fen = volume_fen + 1; update terminal_activity set last_sale_on = '2026-11-01'");
        var check = (await gateway.Api.GetAsync("book-checks")).Json["checks"]!.AsArray().Single(c => $"{c!["code"]}" == "books.activity")!;
        check["misses"]!.AsArray().Select(m => $"{m}").ShouldContain(m => m.Contains(Gateway.MerchantNo) && m.Contains("501"));
        check["misses"]!.AsArray().Select(m => $"{m}").ShouldContain(m => m.Contains(Gateway.TerminalNo) && m.Contains("2026-11-01"));
    }

    private static async Task RefreshAsync(Gateway gateway)
    {
        await gateway.Bank.ExecuteAsync("select fold_day_volumes()");
        await gateway.Api.Services.GetRequiredService<ActivityRefresh>().RunAsync(CancellationToken.None);
    }

    private static async Task<string> RowAsync(Gateway gateway)
    {
        var row = (await gateway.Api.GetAsync("merchants")).Items.Single(i => $"{i["merchantNo"]}" == Gateway.MerchantNo);
        return $"{row["lastActivityOn"]?.ToString() ?? "-"} {row["volume"]!["amountFen"]}";
    }
}
