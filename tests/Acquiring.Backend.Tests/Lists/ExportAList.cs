using System.Text;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Lists;

public sealed class ExportAList(TestCluster cluster)
{
    [Fact]
    public async Task The_file_holds_the_rows_of_the_filter_and_a_spreadsheet_reads_no_formula()
    {
        await using var bank = await ListedBank.OpenAsync(cluster, seed: 11);
        await bank.Bank.ExecuteAsync(
            """
            update merchant set name = '=cmd|''/c calc''!A1' where merchant_id = 1;
            update merchant set name = 'A, "B"' where merchant_id = 2;
            update merchant set name = ' +1' where merchant_id = 4;
            update merchant set name = '@sum(A1)' where merchant_id = 5;
            update merchant set name = '＝1+1' where merchant_id = 6;
            update merchant_activity set volume_fen = -1234 where merchant_id = 2
            """);
        var bytes = await GetAsync(bank, "merchants.csv?state=active&sort=number", "zh-CN");
        bytes.Take(3).ShouldBe(Encoding.UTF8.Preamble.ToArray());
        var lines = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldBe("商户号,商户名称,状态,商户类别码,所属机构,乡镇,机具数,最近交易日,近30日交易额（元）");
        lines.Skip(1).Select(l => l.Split(',')[0])
            .ShouldBe(bank.Merchants.Where(m => m.State == "active").Select(m => m.No).Order(StringComparer.Ordinal));

        var all = Encoding.UTF8.GetString(await GetAsync(bank, "merchants.csv", "en"));
        all.ShouldContain("Merchant number,Merchant,");
        all.ShouldContain($"{bank.Merchants[0].No},'=cmd|'/c calc'!A1,");
        all.ShouldContain($"{bank.Merchants[1].No},\"A, \"\"B\"\"\",");
        all.ShouldContain(",-12.34\r\n");
        all.ShouldContain($"{bank.Merchants[3].No},' +1,");
        all.ShouldContain($"{bank.Merchants[4].No},'@sum(A1),");
        all.ShouldContain($"{bank.Merchants[5].No},'＝1+1,");

        (await bank.Bank.ScalarAsync<string>("select string_agg(subject || ' ' || details::text, '; ' order by at, details::text) from audit_entry where act = 'list.export'"))
            .ShouldBe("""merchants {"sort": "number", "state": "active"}; merchants {}""");
    }

    [Fact]
    public async Task Machines_are_exported_with_their_addresses_masked()
    {
        await using var bank = await ListedBank.OpenAsync(cluster, seed: 12);
        var text = Encoding.UTF8.GetString(await GetAsync(bank, "terminals.csv?branch=360701", "en"));
        var expected = new NaiveLists(bank, new() { ["branch"] = "360701" }).Terminals();
        text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split(',')[0]).ShouldBe(expected);
        text.ShouldContain("中山路**号");
        text.ShouldNotContain("中山路1");
    }

    private static async Task<byte[]> GetAsync(ListedBank bank, string path, string language)
    {
        using var client = new HttpClient { BaseAddress = bank.Api.Address };
        client.DefaultRequestHeaders.Add("Accept-Language", language);
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        response.EnsureSuccessStatusCode();
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");
        response.Content.Headers.ContentDisposition!.FileName!.ShouldEndWith("-2026-11-22.csv");
        return await response.Content.ReadAsByteArrayAsync();
    }
}
