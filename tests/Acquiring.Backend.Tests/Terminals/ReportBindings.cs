using System.Security.Cryptography;
using System.Text;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;
using Npgsql;

namespace Acquiring.Backend.Tests.Terminals;

public sealed class ReportBindings(TestCluster cluster)
{
    private const string Account = "1510217421809679290";
    private const string CreditCode = "91360700MA65RGFLKK";

    [Fact]
    public async Task Each_change_is_told_once_and_the_file_stays_as_it_was_made()
    {
        await using var gateway = await OpenAsync();
        (await MakeAsync(gateway)).Text("code").ShouldBe("binding-report.nothing");
        var no = (await gateway.StockAsync("N860001"))[0];
        await gateway.ActOnAsync(no, "assign", MachineDesk.Assign(address: "Hongqi \\\"Road\\\" 12, left"), 1);
        await gateway.ActOnAsync(Gateway.SecondTerminalNo, "report-lost", """{"reason":"lostOrStolen"}""", 1);
        var made = await MakeAsync(gateway, key: "r-1");
        made.Status.ShouldBe(201, made.Json.ToJsonString());
        var file = await gateway.Api.GetBytesAsync("binding-reports/1/content");
        Convert.ToHexStringLower(SHA256.HashData(file)).ShouldBe(made.Text("sha256"));
        var text = Encoding.UTF8.GetString(file);
        var lines = text.Split('\n');
        var body = text[(lines[0].Length + 1)..];
        lines[0].ShouldBe(
            "#binding-report,1,2026-11-22T12:00:00+08:00,changes=3,bound=1,changed=0,ended=1,lost=1,unrecoverable=0,found=0,sha256="
            + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body))));
        lines[2].ShouldEndWith(
            $",2026-11-22T12:00:00+08:00,bound,,{no},N860001,102,{Gateway.MerchantNo},{CreditCode},{Account},\"Hongqi \"\"Road\"\" 12, left\",2026-11-22T12:00:00+08:00,");
        lines[3].ShouldEndWith(
            $",ended,,{Gateway.SecondTerminalNo},S{Gateway.SecondTerminalNo},102,{Gateway.MerchantNo},{CreditCode},{Account},,,2026-11-22T12:00:00+08:00");
        lines[4].ShouldContain(",lost,,10000002,");

        // Again is the same report under its key, and nothing to tell without one.
        (await MakeAsync(gateway, key: "r-1")).Text("sha256").ShouldBe(made.Text("sha256"));
        (await MakeAsync(gateway)).Status.ShouldBe(409);
        await gateway.ActOnAsync(no, "move", """{"installationAddress":"Hongqi Road 14"}""", 2);
        (await MakeAsync(gateway)).Text("reportNo").ShouldBe("2");
        Encoding.UTF8.GetString(await gateway.Api.GetBytesAsync("binding-reports/2/content")).ShouldContain(",changed,installationAddress,");
        (await gateway.Api.GetBytesAsync("binding-reports/1/content")).ShouldBe(file);
        (await gateway.Api.GetAsync("binding-reports")).Items.Select(r => $"{r["reportNo"]} {r["changes"]}").ShouldBe(["2 1", "1 3"]);
        (await gateway.CountAsync("binding_change where report_no is null")).ShouldBe(0);
        (await gateway.CountAsync("audit_entry where act = 'bindingReport.fetch'")).ShouldBe(3);

        // Sealed at rest, masked to people.
        (await gateway.CountAsync($"binding_report where position('{Account}'::bytea in content_sealed) > 0")).ShouldBe(0);
        $"{(await gateway.HolderAsync(no, "2026-11-22"))!["settlementAccount"]}".ShouldBe("***************9290");
    }

    [Fact]
    public async Task What_others_change_is_told_too_even_if_they_do_not_say_so()
    {
        await using var gateway = await OpenAsync();
        await gateway.Bank.ExecuteAsync("select record_binding_changes(null)");
        await gateway.Bank.ExecuteAsync(
            $"update merchant set settlement_account_mark = 'another', changed_at = '2026-11-21T04:00:00Z' where merchant_no = '{Gateway.MerchantNo}'");
        (await MakeAsync(gateway)).Text("changes").ShouldBe("2");
        var text = Encoding.UTF8.GetString(await gateway.Api.GetBytesAsync("binding-reports/1/content"));
        text.ShouldContain("2026-11-21T12:00:00+08:00,changed,settlementAccount,10000001,");

        // A closed merchant's machines go back to stock, and their bindings end.
        await gateway.ActAsync("close", """{"why":"Given up."}""", 1);
        (await MakeAsync(gateway)).Text("changes").ShouldBe("2");
        Encoding.UTF8.GetString(await gateway.Api.GetBytesAsync("binding-reports/2/content")).ShouldContain("ended=2");
    }

    [Fact]
    public async Task Two_reports_at_once_share_nothing_and_lose_nothing()
    {
        await using var gateway = await OpenAsync();
        var numbers = await gateway.StockAsync([.. Enumerable.Range(0, 12).Select(i => $"N87{i:D4}")]);
        var acts = numbers.Select(async no => (await gateway.ActOnAsync(no, "assign", MachineDesk.Assign(), 1)).Status);
        var reports = Enumerable.Range(0, 6).Select(async _ => (await MakeAsync(gateway)).Status);
        var done = await Task.WhenAll(acts.Concat(reports));
        done.Count(s => s == 200).ShouldBe(12);
        await MakeAsync(gateway);
        (await gateway.CountAsync("binding_change")).ShouldBe(12);
        (await gateway.CountAsync("binding_change where report_no is null")).ShouldBe(0);
        (await gateway.Bank.ScalarAsync<long>("select sum(changes) from binding_report")).ShouldBe(12);
        (await gateway.Bank.ScalarAsync<long>("select max(report_no) - count(*) from binding_report")).ShouldBe(0);
        var told = new List<string>();
        for (var no = 1; no <= await gateway.CountAsync("binding_report"); no++)
        {
            told.AddRange(Encoding.UTF8.GetString(await gateway.Api.GetBytesAsync($"binding-reports/{no}/content")).Split('\n').Skip(2).Where(l => l.Length > 0));
        }

        told.Select(l => l.Split(',')[4]).Order().ShouldBe(numbers.Order());
    }

    [Fact]
    public async Task One_serial_number_is_in_one_live_binding_whoever_writes()
    {
        await using var gateway = await OpenAsync();
        await gateway.Bank.ExecuteAsync("select record_binding_changes(null)");
        var states = await Task.WhenAll(Enumerable.Range(2, 2).Select(async terminalId =>
        {
            try
            {
                await gateway.Bank.ExecuteAsync(
                    $"""
                    begin;
                    update binding_version set serial_no = 'the-same' where terminal_id = {terminalId};
                    select pg_sleep(0.2);
                    commit
                    """);
                return "";
            }
            catch (PostgresException e)
            {
                return e.ConstraintName;
            }
        }));
        states.Order().ShouldBe(["", "binding_version_serial_live"]);
    }

    private static Task<Answer> MakeAsync(Gateway gateway, string? key = null) =>
        key is null ? gateway.Api.PostAsync("binding-reports", "{}") : gateway.Api.PostAsync("binding-reports", "{}", "en", ("Idempotency-Key", key));

    private async Task<Gateway> OpenAsync()
    {
        var gateway = await Gateway.OpenAsync(cluster);
        using var protector = new PersonalDataProtector(new PersonalDataKey(new byte[PersonalDataKey.Bytes]));
        await using var command = gateway.Bank.DataSource.CreateCommand("update merchant set credit_code_sealed = $1, settlement_account_sealed = $2");
        command.Parameters.Add(new() { Value = protector.Seal(CreditCode) });
        command.Parameters.Add(new() { Value = protector.Seal(Account) });
        await command.ExecuteNonQueryAsync();
        return gateway;
    }
}
