using System.Text;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Loans;

public sealed class KeepLoans(TestCluster cluster)
{
    private const string Header = "merchant_no,loan_ref,product,outstanding_yuan,disbursed_on,next_due_on,share_percent,as_of,declared_monthly_turnover_yuan\n";
    private const string One = "102360754110001,L-1,经营贷,5000.00,2026-01-05,2026-11-30,10,";
    private const string Two = "102360754110002,L-2,逸贷,800.00,2026-03-01,,5.5,";

    [Fact]
    public async Task A_list_again_changes_nothing_also_after_later_ones_and_a_dry_run_writes_nothing()
    {
        await using var bank = await BankAsync();
        await using var api = await TestApi.StartAsync(bank);
        var first = One + "2026-10-01,90000.00\n" + Two + "2026-10-01,\n";
        Told(await ImportAsync(api, first, "?mode=full&dryRun=true")).ShouldBe("2 0 0 0 0");
        (await bank.ScalarAsync<long>("select count(*) from loan")).ShouldBe(0);
        Told(await ImportAsync(api, first, "?mode=full")).ShouldBe("2 0 0 0 0");
        Told(await ImportAsync(api, first, "?mode=full")).ShouldBe("0 0 0 0 0");
        Told(await ImportAsync(api, One.Replace("5000.00", "4000.00") + "2026-11-01,90000.00\n", "?mode=full")).ShouldBe("0 0 1 0 1");
        var again = await ImportAsync(api, first, "?mode=full");
        Told(again).ShouldBe("0 0 0 0 0");
        $"{again.Json["rows"]!["unchanged"]}".ShouldBe("2");
        (await bank.ScalarAsync<long>("select count(*) from audit_entry where act = 'loans.import'")).ShouldBe(2);
        (await bank.ScalarAsync<string>("select string_agg(type, ',' order by outbox_event_id) from outbox_event where object_key like 'loan%'"))
            .ShouldBe("loan.open,loan.open,loans.imported,loan.close,loans.imported");
        (await bank.ScalarAsync<string>(
            "select string_agg(merchant_no || ' ' || loans || ' ' || outstanding_fen || ' ' || first_disbursed_on, ';' order by merchant_no) from loan_on('2026-10-31')"))
            .ShouldBe("102360754110001 1 500000 2026-01-05;102360754110002 1 80000 2026-03-01");
        (await bank.ScalarAsync<string>("select string_agg(merchant_no || ' ' || outstanding_fen, ';') from loan_on('2026-11-01')")).ShouldBe("102360754110001 400000");
        (await bank.ScalarAsync<long>("select count(*) from loan_on('2026-09-30')")).ShouldBe(0);
    }

    [Fact]
    public async Task A_bad_row_stops_all_or_the_rest_stands_and_then_nothing_that_is_missing_is_closed()
    {
        await using var bank = await BankAsync();
        await using var api = await TestApi.StartAsync(bank);
        await ImportAsync(api, One + "2026-10-01,\n" + Two + "2026-10-01,\n");
        var bad = One.Replace("5000.00", "4,5") + "2026-11-01,\n"
            + "102360754110001,L-3,经营贷,5000,2026-01-05,2026-11-30,10,2026-11-01,\n"
            + "102360754110009,L-4,经营贷,5000.00,2026-01-05,2026-11-30,10,2026-11-01,\n"
            + "102360754110002,L-1,经营贷,5000.00,2026-01-05,2026-11-30,10,2026-11-01,\n"
            + "102360754110001,L-5,经营贷,5000.00,2026-01-05,2026-11-30,10,2026-11-23,\n"
            + "102360754110001,L-6,经营贷,7000.00,2026-10-05,2026-11-30,10,2026-11-01,\n";
        var refused = await ImportAsync(api, bad, "?mode=full", "zh-CN");
        refused.Status.ShouldBe(422);
        refused.Json["report"]!["errors"]!.AsArray().Select(e => $"{e!["row"]} {e["column"]} {e["code"]} {e["found"]}").ShouldBe(
        [
            "2 row registry.row.cells 10", "3 outstanding_yuan registry.cell.yuan 5000", "4 merchant_no loan.cell.unknown-merchant 102***09",
            "5 merchant_no loan.cell.other-merchant 102***02", "6 as_of loan.cell.future 2026-11-23", "6 as_of loan.cell.other-date 2026-11-23",
        ], ignoreOrder: true);
        $"{refused.Json["report"]!["errors"]![2]!["text"]}".ShouldContain("商户号 102***09 不存在");
        (await bank.ScalarAsync<long>("select count(*) from loan")).ShouldBe(2);

        var rest = await ImportAsync(api, bad, "?mode=full&goodRowsOnly=true");
        rest.Status.ShouldBe(200);
        Told(rest).ShouldBe("1 0 0 0 0");
        $"{rest.Json["rows"]!["bad"]} {rest.Json["missing"]} {rest.Json["heldBack"]}".ShouldBe("5 2 true");
        (await bank.ScalarAsync<string>("select string_agg(loan_ref, ',' order by loan_ref) from loan_version join loan using (loan_id) where valid_to = 'infinity'"))
            .ShouldBe("L-1,L-2,L-6");
    }

    [Fact]
    public async Task What_is_older_than_what_is_known_is_refused_and_the_same_date_corrects_and_nothing_owed_closes_and_a_later_list_opens_again()
    {
        await using var bank = await BankAsync();
        await using var api = await TestApi.StartAsync(bank);
        await ImportAsync(api, One + "2026-10-01,\n");
        await ImportAsync(api, One.Replace("5000.00", "4000.00") + "2026-11-01,\n");
        var older = await ImportAsync(api, One.Replace("5000.00", "4500.00") + "2026-10-15,\n");
        $"{older.Json["report"]!["errors"]![0]!["code"]}".ShouldBe("loan.cell.older");
        Told(await ImportAsync(api, One.Replace("5000.00", "4100.00") + "2026-11-01,\n")).ShouldBe("0 0 0 1 0");
        Told(await ImportAsync(api, One.Replace("5000.00", "0.00") + "2026-11-10,\n")).ShouldBe("0 0 0 0 1");
        Told(await ImportAsync(api, One.Replace("5000.00", "0.00") + "2026-11-10,\n")).ShouldBe("0 0 0 0 0");
        Told(await ImportAsync(api, One.Replace("5000.00", "300.00") + "2026-11-20,\n")).ShouldBe("0 1 0 0 0");
        var loan = await api.GetAsync("loans/L-1?on=2026-11-15");
        loan.Json["loan"].ShouldBeNull();
        loan.Json["versions"]!.AsArray().Select(v => $"{v!["from"]} {v["to"]} {v["outstanding"]!["amountFen"]}").ShouldBe(
            ["2026-10-01 2026-11-01 500000", "2026-11-01 2026-11-10 410000", "2026-11-20  30000"]);
        loan.Json["steps"]!.AsArray().Select(s => $"{s!["act"]}").ShouldBe(["open", "change", "correct", "close", "reopen"]);
        (await api.GetAsync("loans/L-9")).Text("code").ShouldBe("loan.unknown");
        // L-1 came with a later list, yet was open on 5 Nov by one that is older still.
        (await ImportAsync(api, Two + "2026-11-05,\n", "?mode=full")).Text("code").ShouldBe("loan.list-contradicts");
        (await ImportAsync(api, "", "?mode=full")).Text("code").ShouldBe("loan.full-empty");
        (await ImportAsync(api, "", "?mode=all")).Text("code").ShouldBe("loan.mode");
    }

    [Fact]
    public async Task A_loan_is_told_with_its_return_flow_as_the_close_of_the_date_knew_it()
    {
        await using var bank = await BankAsync();
        await bank.ExecuteAsync(
            """
            insert into day_volume (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals, gross_fen, refund_fen,
                                    reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
            values ('2026-11-03', 1, 1, '2026-11-03', 1, 2, 0, 0, 40000, 0, 0, 0, 0, 0), ('2026-11-05', 1, 1, '2026-11-05', 1, 1, 1, 0, 30000, 10000, 0, 0, 0, 0),
                   ('2026-11-05', 1, 1, '2026-11-09', 2, 1, 0, 0, 5000, 0, 0, 0, 0, 0)
            """);
        await bank.FileAsync("2026-11-03");
        await bank.FileAsync("2026-11-06");
        await using var api = await TestApi.StartAsync(bank);
        await ImportAsync(api, One + "2026-10-01,1000.00\n" + Two + "2026-10-01,\n");
        var loan = (await api.GetAsync("loans?merchantNo=102360754110001&on=2026-11-06&days=15")).Items.ShouldHaveSingleItem();
        // 400.00 + 300.00 − 100.00 are 600.00 of 500.00 declared for 15 days; a tenth, 60.00, of 5,000.00 owed.
        $"{loan["returnFlow"]!["net"]!["amountFen"]} {loan["returnFlow"]!["expected"]!["amountFen"]} {loan["returnFlow"]!["turnoverPerTenThousand"]} {loan["returnFlow"]!["loanPerTenThousand"]} {loan["returnFlow"]!["incompleteDays"]} {loan["quietDays"]} {loan["lastActiveOn"]}"
            .ShouldBe("60000 6000 12000 120 2 1 2026-11-05");
        var later = (await api.GetAsync("loans?merchantNo=102360754110001&on=2026-11-09&days=15")).Items.Single();
        $"{later["returnFlow"]!["net"]!["amountFen"]} {later["quietDays"]}".ShouldBe("65000 1"); // 7 to 9 Nov have no files.
        (await api.GetAsync("loans?quietDaysMin=2&on=2026-11-09")).Items.Select(l => $"{l["loanRef"]}").ShouldBe(["L-2"]);
        (await api.GetAsync("loans?branch=nowhere")).Text("code").ShouldBe("list.unknown-branch");
        (await api.GetAsync("loans?on=2026-11-23")).Text("code").ShouldBe("loan.date-range");
        var merchant = await api.GetAsync("merchants/102360754110001");
        $"{merchant.Json["loans"]!["loans"]} {merchant.Json["loans"]!["outstanding"]!["amountFen"]} {merchant.Json["loans"]!["loanRefs"]![0]}".ShouldBe("1 500000 L-1");
        var csv = Encoding.UTF8.GetString(await api.GetBytesAsync("loans.csv?lang=zh-CN"));
        csv.ShouldContain("贷款编号");
        csv.ShouldContain("L-2,102360754110002");
    }

    [Fact]
    public async Task A_list_that_comes_late_is_refused_whether_the_later_one_changed_or_confirmed_the_loan()
    {
        await using var bank = await BankAsync();
        await using var api = await TestApi.StartAsync(bank);
        await ImportAsync(api, One + "2026-10-01,\n" + Two + "2026-10-01,\n");
        // The list of 20 Oct confirms L-1 and changes L-2.
        Told(await ImportAsync(api, One + "2026-10-20,\n" + Two.Replace("800.00", "700.00") + "2026-10-20,\n")).ShouldBe("0 0 1 0 0");
        var late = await ImportAsync(api, One.Replace("5000.00", "4500.00") + "2026-10-15,\n" + Two.Replace("800.00", "750.00") + "2026-10-15,\n");
        late.Json["report"]!["errors"]!.AsArray().Select(e => $"{e!["row"]} {e["code"]}").ShouldBe(["2 loan.cell.older", "3 loan.cell.older"]);
        (await bank.ScalarAsync<string>("select string_agg(outstanding_fen::text, ' ' order by merchant_no) from loan_on('2026-10-21')")).ShouldBe("500000 70000");
        // What the late list confirms itself is no news.
        Told(await ImportAsync(api, One + "2026-10-15,\n")).ShouldBe("0 0 0 0 0");
        Told(await ImportAsync(api, One.Replace("5000.00", "4500.00") + "2026-10-20,\n")).ShouldBe("0 0 1 0 0");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_loan_that_a_full_list_lacked_is_not_open_after_it_in_whatever_order_the_lists_come(bool lateFirst)
    {
        await using var bank = await BankAsync();
        await using var api = await TestApi.StartAsync(bank);
        await ImportAsync(api, One + "2026-10-01,\n");
        string[] lists = [Two + "2026-10-15,\n", One + "2026-10-20,\n"];
        foreach (var list in lateFirst ? lists : lists.Reverse())
        {
            await ImportAsync(api, list, list.StartsWith(One, StringComparison.Ordinal) ? "?mode=full" : "");
        }

        (await bank.ScalarAsync<string>("select string_agg(merchant_no, ' ') from loan_on('2026-10-20')")).ShouldBe("102360754110001");
        // A full list of the 10th that lacks L-1: the 20th's had it.
        (await ImportAsync(api, Two + "2026-10-10,\n", "?mode=full")).Text("code").ShouldBeOneOf("loan.list-contradicts", "registry.rows-bad");
        (await bank.ScalarAsync<long>("select count(*) from loan_on('2026-10-20')")).ShouldBe(1);
    }

    [Fact]
    public async Task A_full_list_does_not_close_what_a_later_one_confirmed()
    {
        await using var bank = await BankAsync();
        await using var api = await TestApi.StartAsync(bank);
        await ImportAsync(api, One + "2026-10-01,\n" + Two + "2026-10-01,\n");
        Told(await ImportAsync(api, One + "2026-10-20,\n")).ShouldBe("0 0 0 0 0");
        (await ImportAsync(api, Two + "2026-10-15,\n", "?mode=full")).Text("code").ShouldBe("loan.list-contradicts");
        (await bank.ScalarAsync<long>("select count(*) from loan_on('2026-10-16')")).ShouldBe(2);
    }

    [Fact]
    public async Task Quiet_days_of_a_closed_date_stay_as_its_close_knew_them_when_a_file_comes_late()
    {
        await using var bank = await BankAsync();
        await bank.FilesAsync("2026-11-01", "2026-11-10", "2026-11-04");
        await using var api = await TestApi.StartAsync(bank);
        await ImportAsync(api, One.Replace("2026-01-05", "2026-10-31") + "2026-11-01,\n");
        (await api.PostAsync("business-days/2026-11-10/close", """{"insist":true}""")).Status.ShouldBe(200);
        var before = (await api.GetAsync("loans/L-1?on=2026-11-10")).Json["loan"]!;
        $"{before["quietDays"]} {before["returnFlow"]!["incompleteDays"]}".ShouldBe("9 1");
        await bank.FileAsync("2026-11-04");
        (await api.GetAsync("loans/L-1?on=2026-11-10")).Json["loan"]!.ToString().ShouldBe(before.ToString());
        $"{(await api.GetAsync("loans/L-1?on=2026-11-11")).Json["loan"]!["returnFlow"]!["incompleteDays"]}".ShouldBe("1"); // The 11th's own.
    }

    [Fact]
    public async Task What_a_machine_did_for_an_earlier_holder_is_no_activity_of_the_present_one()
    {
        await using var bank = await BankAsync();
        await bank.TerminalAsync("10000001", 1, knownActivityOn: "2026-06-30");
        await bank.ExecuteAsync(
            """
            update terminal_binding set valid_to = '2026-07-14T16:00:00Z';
            insert into terminal_binding (terminal_id, merchant_id, valid_from) select terminal_id, 2, '2026-07-14T16:00:00Z' from terminal_binding
            """);
        (await bank.ScalarAsync<string>("select concat_ws(' ', merchant_active_on(1, '2026-07-31'), coalesce(merchant_active_on(2, '2026-07-31')::text, 'never'))"))
            .ShouldBe("2026-06-30 never");
        await bank.ExecuteAsync("update terminal set known_activity_on = '2026-07-15'");
        (await bank.ScalarAsync<string>("select merchant_active_on(2, '2026-07-31')::text")).ShouldBe("2026-07-15");
    }

    private async Task<TestBank> BankAsync()
    {
        var bank = await TestBank.OpenAsync(cluster);
        await bank.MerchantAsync("102360754110001");
        await bank.MerchantAsync("102360754110002");
        return bank;
    }

    private static string Told(Answer a) => $"{a.Json["opened"]} {a.Json["reopened"]} {a.Json["changed"]} {a.Json["corrected"]} {a.Json["closed"]}";

    private static Task<Answer> ImportAsync(TestApi api, string rows, string query = "", string language = "en") =>
        api.PostBytesAsync($"loans/import{query}", Encoding.UTF8.GetBytes(Header + rows), language);
}
