using System.Security.Cryptography;
using System.Text.Json;
using Acquiring.Backend.Terminals.Inspections;
using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Terminals;

public sealed class InspectMachines(TestCluster cluster)
{
    [Fact]
    public async Task A_machine_is_due_a_year_after_it_was_last_seen()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.Bank.ExecuteAsync("insert into branch (branch_code, name, parent_branch_code) values ('360701', '支行', '360700'); "
            + $"update merchant set branch_code = '360701' where merchant_no = '{Gateway.OtherMerchantNo}'");
        await gateway.Bank.ExecuteAsync($"update terminal set installed_on = '2025-11-23' where terminal_no = '{Gateway.SecondTerminalNo}'");
        (await DueAsync(gateway, "")).ShouldBe(["10000001 2021-01-01", "10000003 2021-01-01"]);
        (await DueAsync(gateway, "?by=2026-11-23")).ShouldBe(["10000001 2021-01-01", "10000003 2021-01-01", "10000002 2026-11-23"]);
        (await DueAsync(gateway, "?branch=360701")).ShouldBe(["10000003 2021-01-01"]);
        (await DueAsync(gateway, "?branch=360700")).Count.ShouldBe(2);
        var first = await gateway.Api.GetAsync("inspections/due?by=2026-11-23&limit=2");
        (await gateway.Api.GetAsync($"inspections/due?by=2026-11-23&limit=2&cursor={first.Text("next")}")).Items.Single()["terminalNo"]!.ToString()
            .ShouldBe("10000002");

        (await gateway.Api.PostAsync($"terminals/{Gateway.TerminalNo}/inspections", """{"inspectedOn":"2026-11-20","inspector":"x","note":"n"}"""))
            .Text("code").ShouldBe("request.missing");
        const string Seen = """{"inspectedOn":"2026-11-20","inspector":"王芳","result":"inOrder","position":{"latitude":25.85,"longitude":114.93}}""";
        var added = await gateway.Api.PostAsync($"terminals/sn:S{Gateway.TerminalNo}/inspections", Seen, "en", ("Idempotency-Key", "i-1"));
        added.Status.ShouldBe(201, added.Json.ToJsonString());
        added.Text("dueOn").ShouldBe("2027-11-20");
        await gateway.Api.PostAsync($"terminals/sn:S{Gateway.TerminalNo}/inspections", Seen, "en", ("Idempotency-Key", "i-1"));
        (await gateway.CountAsync("terminal_inspection")).ShouldBe(1);
        (await gateway.CountAsync("terminal_inspection where position('王芳'::bytea in inspector_sealed) > 0")).ShouldBe(0);
        (await DueAsync(gateway, "")).ShouldBe(["10000003 2021-01-01"]);

        // A machine that was fetched is nobody's to visit.
        await gateway.ActOnAsync(Gateway.OtherTerminalNo, "recover", """{"reason":"returned"}""", 1);
        (await DueAsync(gateway, "")).ShouldBeEmpty();
    }

    /// <summary>Who has the database but not the key could else try every inspector's name.</summary>
    [Fact]
    public async Task The_fingerprint_of_a_request_is_keyed()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        const string Seen = """{"inspectedOn":"2026-11-20","inspector":"王芳","result":"inOrder"}""";
        await gateway.Api.PostAsync($"terminals/{Gateway.TerminalNo}/inspections", Seen, "en", ("Idempotency-Key", "i-1"));
        var asked = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                Method = "POST", Path = $"/api/v1/terminals/{Gateway.TerminalNo}/inspections", Query = "",
                asked = new { request = new InspectTerminalRequest(new(2026, 11, 20), "王芳", InspectionResult.InOrder) },
            },
            JsonSerializerOptions.Web);
        (await gateway.Bank.ScalarAsync<byte[]>("select fingerprint from idempotency_key where key = 'i-1'")).ShouldNotBe(SHA256.HashData(asked));
    }

    [Theory]
    [InlineData("""{"inspector":"x","result":"inOrder"}""", "inspection.date")]
    [InlineData("""{"inspectedOn":"2026-11-23","inspector":"x","result":"inOrder"}""", "inspection.date")]
    [InlineData("""{"inspectedOn":"2026-11-22","result":"inOrder"}""", "terminal.text")]
    [InlineData("""{"inspectedOn":"2026-11-22","inspector":"x","result":"missing"}""", "terminal.text")]
    [InlineData("""{"inspectedOn":"2026-11-22","inspector":"x","result":"inOrder","position":{"latitude":48.8,"longitude":2.3}}""", "inspection.position")]
    [InlineData("""{"inspectedOn":"2026-11-22","inspector":"x","result":"inOrder","position":{"latitude":1e400,"longitude":2.3}}""", "request.bad-json")]
    [InlineData("""{"inspectedOn":"2026-11-22","inspector":"x","result":"inOrder","note":"6222021234567890128"}""", "terminal.card-in-text")]
    public async Task What_is_missing_is_named(string body, string code)
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        (await gateway.Api.PostAsync($"terminals/{Gateway.TerminalNo}/inspections", body)).Text("code").ShouldBe(code);
        (await gateway.CountAsync("terminal_inspection")).ShouldBe(0);
    }

    private static async Task<IReadOnlyList<string>> DueAsync(Gateway gateway, string query) =>
        [.. (await gateway.Api.GetAsync($"inspections/due{query}")).Items.Select(d => $"{d["terminalNo"]} {d["dueOn"]}")];
}
