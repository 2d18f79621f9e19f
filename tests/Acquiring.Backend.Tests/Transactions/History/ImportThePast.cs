using System.Text;
using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Transactions.History;

public sealed class ImportThePast(TestCluster cluster)
{
    private const string Head = "merchant_no,terminal_no,date,sale_count,sale_amount_fen,refund_count,refund_amount_fen,fee_fen\n";
    private const string Mine = Gateway.MerchantNo + "," + Gateway.TerminalNo;

    [Fact]
    public async Task It_is_rehearsed_then_imported_and_a_second_time_changes_nothing()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        const string file = Head + Mine + ",2026-10-01,3,30000,1,1000,174\n" + Mine + ",2026-10-02,1,5000,0,0,30\n";
        (await ImportAsync(gateway, file, "?dryRun=true")).Text("added").ShouldBe("2");
        (await gateway.CountAsync("imported_day_volume")).ShouldBe(0);
        (await ImportAsync(gateway, file)).Text("added").ShouldBe("2");
        var again = await ImportAsync(gateway, file);
        (again.Text("added"), again.Text("unchanged")).ShouldBe(("0", "2"));
        (await gateway.CountAsync("volume_import")).ShouldBe(1);
        // One day more is one day more.
        (await ImportAsync(gateway, file + Mine + ",2026-10-03,0,0,0,0,0\n")).Text("added").ShouldBe("1");
    }

    [Fact]
    public async Task A_merchants_activity_and_its_quote_have_a_past_and_the_books_stay_exact()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(1, 100_000));
        // Amounts in yuan, text in GBK with a header in capitals.
        var file = "MERCHANT_NO,TERMINAL_NO,DATE,SALE_COUNT,SALE_AMOUNT_YUAN,REFUND_COUNT,REFUND_AMOUNT_YUAN,FEE_YUAN\n"
            + Mine + ",2026-10-01,3,300.00,1,10.00,1.74\n" + Mine + ",2026-11-21,2,20.00,0,0.00,-0.12\n";
        (await ImportAsync(gateway, file)).Text("added").ShouldBe("2");

        var merchant = await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}");
        merchant.Json["months"]!.AsArray().Select(m => $"{m!["period"]} {m["sales"]} {m["gross"]!["amountFen"]} {m["fee"]!["amountFen"]} {m["imported"]}").ShouldBe(
            ["2026-10 3 30000 174 true", "2026-11 3 102000 588 true"]);
        merchant.Json["days"]!.AsArray().Select(m => $"{m!["period"]} {m["imported"]}").ShouldBe(["2026-11-21 true", "2026-11-22 false"]);

        var quote = await gateway.Api.PostAsync(
            $"merchants/{Gateway.MerchantNo}/fee-plan-quotes",
            """{"terms":[{"payType":"card","cardKind":"debit","steps":[{"ratePercent":"0.50"}]},{"payType":"card","cardKind":"credit","steps":[{"ratePercent":"0.70"}]}]}""");
        quote.Json["months"]!.AsArray().Select(m => $"{m!["month"]} {m["sums"]!["sales"]} {m["imported"]?["gross"]!["amountFen"]} {m["imported"]?["fee"]!["amountFen"]}")
            .ShouldBe(["2026-10-01 0 30000 174", "2026-11-01 1 2000 -12"]);
        quote.Json["warnings"]!.AsArray().Select(w => $"{w!["code"]}").ShouldContain("quote.imported");
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Past_volume_chooses_the_steps_of_a_quote()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(1, 100_000));
        // October reached 2,000.00, so November's sale is priced by the second step.
        await ImportAsync(gateway, Head + Mine + ",2026-10-05,10,200000,0,0,1200\n");
        var quote = await gateway.Api.PostAsync(
            $"merchants/{Gateway.MerchantNo}/fee-plan-quotes",
            """{"terms":[{"payType":"card","cardKind":"debit","steps":[{"ratePercent":"0.60"},{"ratePercent":"0.50","fromVolumeFen":200000}]},{"payType":"card","cardKind":"credit","steps":[{"ratePercent":"0.70"}]}]}""");
        $"{quote.Json["sums"]!["feeThen"]!["amountFen"]}".ShouldBe("500", quote.Json.ToJsonString());
    }

    [Fact]
    public async Task Days_that_our_journal_covers_are_refused_from_the_first_one_on()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.Bank.FileAsync("2026-11-20");
        await gateway.PostAsync(Gateway.Sale(1, 100_000, at: "2026-11-19T20:00:00+08:00"));
        await gateway.Bank.ExecuteAsync("update day_volume_delta set business_date = '2026-11-20'");
        var refused = await ImportAsync(
            gateway, Head + Mine + ",2026-11-20,1,100,0,0,1\n" + Mine + ",2026-11-19,1,100,0,0,1\n" + Mine + ",2026-11-18,1,100,0,0,1\n", "", "zh-CN");
        (refused.Status, refused.Text("code")).ShouldBe((422, "registry.rows-bad"));
        refused.Json["report"]!["errors"]!.AsArray().Select(e => $"{e!["row"]} {e["column"]} {e["text"]}").ShouldBe(
        [
            "2 date 2026-11-20 已在本系统流水范围内（自 2026-11-20 起）。请删除 2026-11-20 及以后的行。",
            $"3 date 本系统流水中已有终端 {Gateway.TerminalNo} 在 2026-11-19 的交易。请删除该行。",
        ]);
        (await gateway.CountAsync("imported_day_volume")).ShouldBe(0);
    }

    [Fact]
    public async Task Bad_rows_are_told_by_row_and_column()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await ImportAsync(gateway, Head + Mine + ",2026-10-01,1,100,0,0,1\n" + Gateway.MerchantNo + "," + Gateway.SecondTerminalNo + ",2026-10-01,1,100,0,0,1\n");
        var refused = await ImportAsync(gateway, Head
            + "102360758129999,10000001,2026-10-02,1,100,0,0,1\n"
            + Gateway.MerchantNo + ",19999999,2026-10-02,1,100,0,0,1\n"
            + Mine + ",2026-10-03,x,1.00,0,-5,1\n"
            + Mine + ",2024-10-31,1,100,0,0,1\n"
            + Mine + ",2024-11-01,1,100,0,0,1\n"
            + Mine + ",2026-11-22,1,100,0,0,1\n"
            + Mine + ",2026-10-01,1,101,0,0,1\n"
            + Mine + ",2024-11-01,1,100,0,0,1\n"
            // Only its fee differs.
            + Gateway.MerchantNo + "," + Gateway.SecondTerminalNo + ",2026-10-01,1,100,0,0,2\n");
        refused.Json["report"]!["errors"]!.AsArray().Select(e => $"{e!["row"]} {e["column"]} {e["code"]}").ShouldBe(
        [
            "2 merchant_no registry.merchant-not-known", "3 terminal_no registry.terminal-not-known", "4 sale_count registry.cell.count",
            "4 sale_amount_fen registry.cell.fen", "4 refund_amount_fen registry.cell.fen", "5 date history.date-range",
            "7 date history.date-range", "8 date history.differs", "9 date history.repeated",
            "10 date history.differs",
        ]);
        var columns = await gateway.Api.PostBytesAsync("volume-imports", Encoding.UTF8.GetBytes("merchant_no,amount\n"));
        (columns.Status, columns.Text("code")).ShouldBe((400, "registry.columns"));
    }

    [Fact]
    public async Task It_counts_as_known_activity_only_where_the_registry_knows_nothing_later()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.Bank.ExecuteAsync($"update terminal set known_activity_on = '2026-10-20' where terminal_no = '{Gateway.SecondTerminalNo}'");
        await ImportAsync(gateway, Head + Mine + ",2026-10-01,1,100,0,0,1\n" + Mine + ",2026-10-02,0,0,1,100,-1\n"
            + Gateway.MerchantNo + "," + Gateway.SecondTerminalNo + ",2026-10-01,1,100,0,0,1\n");
        (await gateway.Bank.ScalarAsync<string>("select string_agg(terminal_no || ' ' || coalesce(known_activity_on::text, '-') || ' ' || version, ', ' order by terminal_no) from terminal"))
            .ShouldBe("10000001 2026-10-01 2, 10000002 2026-10-20 1, 10000003 - 1");
        (await gateway.Api.GetAsync("idle-terminals?on=2026-11-22")).Items.Select(t => $"{t["terminalNo"]}").ShouldBe([Gateway.OtherTerminalNo]);
        await gateway.BooksShouldBeInOrderAsync();
    }

    private static Task<Answer> ImportAsync(Gateway gateway, string file, string query = "", string language = "en") =>
        gateway.Api.PostBytesAsync("volume-imports" + query, Encoding.UTF8.GetBytes(file), language);
}
