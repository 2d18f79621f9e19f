using System.Text;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Alarms;

public sealed class AcknowledgeAnAlarm(TestCluster cluster)
{
    [Fact]
    public async Task An_alarm_is_told_and_acknowledged_and_opens_again_when_it_rises_and_ends_by_itself()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await bank.TerminalAsync("10000001", await bank.MerchantAsync("102360754110001"));
        await bank.ExecuteAsync(
            """
            insert into loan (loan_ref, merchant_id) values ('L-1', 1);
            insert into loan_version (loan_id, valid_from, product, outstanding_fen, disbursed_on, share_per_ten_million)
            select loan_id, '2026-11-01', 'test', 123400, '2026-11-01', 1000000 from loan
            """);
        await using var api = await TestApi.StartAsync(bank);
        (await RunAsync(api, "2026-11-08", dryRun: false)).Text("code").ShouldBe("alarm.date-open");
        await CloseAsync(bank, "2026-11-07", "2026-11-08", "2026-11-16", "2026-11-17");
        (await RunAsync(api, "2026-11-07", dryRun: false)).Text("written").ShouldBe("0"); // Six days.
        (await RunAsync(api, "2026-11-08", dryRun: true)).Text("written").ShouldBe("1");
        (await bank.ScalarAsync<long>("select count(*) from alarm")).ShouldBe(0);
        (await RunAsync(api, "2026-11-08", dryRun: false)).Json["changes"]![0]!["numbers"]!["quietDays"]!.ToString().ShouldBe("7");
        (await RunAsync(api, "2026-11-06", dryRun: false)).Text("code").ShouldBe("alarm.date-passed");

        var alarm = (await api.GetAsync("alarms?state=open&kind=loanQuiet&on=2026-11-08")).Items.ShouldHaveSingleItem();
        $"{alarm["severity"]} {alarm["raisedOn"]} {alarm["merchantNo"]}".ShouldBe("notice 2026-11-08 102360754110001");
        $"{alarm["says"]}".ShouldContain("1234.00 yuan of loans L-1");
        var path = $"alarms/{alarm["alarmId"]}";
        $"{(await api.GetAsync(path, "zh-CN")).Json["whatWouldEnd"]}".ShouldBe("任一机具发生交易，或贷款结清。");
        (await AcknowledgeAsync(api, path, 1, "")).Text("code").ShouldBe("merchant.text");
        (await AcknowledgeAsync(api, path, 2, "电话已联系")).Status.ShouldBe(412);
        (await AcknowledgeAsync(api, path, 1, "电话已联系")).Text("state").ShouldBe("acknowledged");
        (await AcknowledgeAsync(api, path, 2, "again")).Text("code").ShouldBe("alarm.acknowledged");
        (await api.GetAsync("alarms?state=open")).Items.ShouldBeEmpty();

        await RunAsync(api, "2026-11-16", dryRun: false); // Fifteen days.
        (await api.GetAsync(path)).Text("state").ShouldBe("open");
        await bank.ExecuteAsync(
            """
            insert into day_volume (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals, gross_fen, refund_fen,
                                    reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
            values ('2026-11-17', 1, 1, '2026-11-17', 1, 1, 0, 0, 100, 0, 0, 0, 0, 0)
            """);
        await RunAsync(api, "2026-11-17", dryRun: false);
        var ended = await api.GetAsync(path);
        $"{ended.Text("state")} {ended.Text("endedOn")} {ended.Text("endReason")}".ShouldBe("ended 2026-11-17 activeAgain");
        ended.Json["steps"]!.AsArray().Select(s => $"{s!["act"]} {s["severity"]}").ShouldBe(
            ["raise notice", "acknowledge notice", "escalate warning", "end warning"]);
        (await AcknowledgeAsync(api, path, 4, "late")).Text("code").ShouldBe("alarm.ended");
        (await api.GetAsync("alarms/999999")).Text("code").ShouldBe("alarm.unknown");
        (await api.GetAsync("alarms?branch=360700&on=2026-11-17")).Items.ShouldBeEmpty();
        (await api.GetAsync("alarms?manager=nobody")).Items.ShouldBeEmpty();
        Encoding.UTF8.GetString(await api.GetBytesAsync("alarms.csv?lang=zh-CN")).ShouldContain("预警编号");
    }

    private static Task<Answer> RunAsync(TestApi api, string date, bool dryRun) =>
        api.PostAsync("alarm-runs", $$"""{ "date": "{{date}}", "dryRun": {{(dryRun ? "true" : "false")}} }""");

    private static Task<Answer> AcknowledgeAsync(TestApi api, string path, int version, string note) =>
        api.PostAsync($"{path}/acknowledge", $$"""{ "note": "{{note}}" }""", "en", ("If-Match", $"\"{version}\""));

    private static async Task CloseAsync(TestBank bank, params string[] dates)
    {
        foreach (var date in dates)
        {
            await bank.ExecuteAsync(
                $"insert into business_day_close (business_date, closed_at, complete, insisted, findings) values ('{date}', now(), true, false, 0)");
        }
    }
}
