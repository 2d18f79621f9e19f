using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Terminals;

public sealed class StockInMachines(TestCluster cluster)
{
    [Fact]
    public async Task Each_item_has_an_outcome_and_the_same_list_again_is_harmless()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        const string List = """
            {"model":"N86","items":[{"serialNo":"A1"},{"serialNo":"S10000001"},{"serialNo":"with blank"},{"serialNo":"A1"},
            {"serialNo":"A2","terminalNo":"CQ000001"},{"serialNo":"A3","terminalNo":"10000001"},{"serialNo":"A4","terminalNo":"short"}]}
            """;
        string[] told =
        [
            "A1 stocked 90000001 inStock ", "S10000001 known 10000001 active ", "with blank refused   terminal.serial-no",
            "A1 refused   terminal.serial-repeated", "A2 stocked CQ000001 inStock ", "A3 refused 10000001  terminal.number-taken",
            "A4 refused short  terminal.terminal-no",
        ];

        // Rehearsed first: nothing is written, and no number is given.
        var rehearsed = await gateway.Api.PostAsync("terminal-stock-ins?dryRun=true", List);
        rehearsed.Status.ShouldBe(207);
        Told(rehearsed)[0].ShouldBe("A1 stocked  inStock ");
        (await gateway.CountAsync("terminal")).ShouldBe(3);

        Told(await gateway.Api.PostAsync("terminal-stock-ins", List)).ShouldBe(told);
        (await gateway.CountAsync("terminal where state = 'inStock' and version = 1")).ShouldBe(2);
        var again = await gateway.Api.PostAsync("terminal-stock-ins", List);
        again.Text("stocked").ShouldBe("0");
        again.Text("known").ShouldBe("3");
        (await gateway.CountAsync("terminal_step")).ShouldBe(2);
        (await gateway.CountAsync("outbox_event")).ShouldBe(2);
    }

    [Fact]
    public async Task Given_numbers_pass_over_those_that_are_taken()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.Bank.TerminalAsync("90000002", 1);
        (await gateway.StockAsync("B1", "B2", "B3")).ShouldBe(["90000001", "90000003", "90000004"]);
    }

    [Fact]
    public async Task A_number_that_the_list_names_is_given_to_nobody_else_in_it()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var answer = await gateway.Api.PostAsync("terminal-stock-ins", """{"model":"N86","items":[{"serialNo":"A","terminalNo":"90000001"},{"serialNo":"B"}]}""");
        Told(answer).ShouldBe(["A stocked 90000001 inStock ", "B stocked 90000002 inStock "]);
    }

    [Fact]
    public async Task The_same_serial_numbers_at_once_are_stocked_once()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var items = string.Join(',', Enumerable.Range(0, 500).Select(i => $$"""{"serialNo":"C{{i:D4}}"}"""));
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(
            _ => gateway.Api.PostAsync("terminal-stock-ins", $$"""{"model":"N86","items":[{{items}}]}""")));
        answers.Select(a => a.Text("stocked")).Order().ShouldBe(["0", "0", "0", "0", "0", "500"]);
        (await gateway.CountAsync("terminal where serial_no like 'C%'")).ShouldBe(500);
    }

    [Fact]
    public async Task A_file_is_read_as_well_and_an_odd_one_is_refused()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var answer = await gateway.Api.PostTextAsync("terminal-stock-ins?model=N86", "\uFEFFserial_no,terminal_no\r\nD1,\r\nD2,CQ000002\r\n", "text/csv");
        Told(answer).ShouldBe(["D1 stocked 90000001 inStock ", "D2 stocked CQ000002 inStock "]);
        (await gateway.Api.PostTextAsync("terminal-stock-ins?model=N86", "serial;number\nx;y\n", "text/csv")).Text("code").ShouldBe("terminal.stock-in-csv");
        (await gateway.Api.PostTextAsync("terminal-stock-ins", "serial_no\nx\n", "text/csv")).Text("code").ShouldBe("terminal.text");
        (await gateway.Api.PostAsync("terminal-stock-ins", """{"model":"N86","items":[]}""")).Status.ShouldBe(413);
    }

    [Fact]
    public async Task Five_thousand_are_one_request_and_one_more_is_refused()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        static string List(int count) => $$"""{"model":"N86","items":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"serialNo":"E{{i}}"}"""))}}]}""";
        (await gateway.Api.PostAsync("terminal-stock-ins", List(5_001))).Text("code").ShouldBe("terminal.stock-in-count");
        (await gateway.Api.PostAsync("terminal-stock-ins", List(5_000))).Text("stocked").ShouldBe("5000");
    }

    private static string[] Told(Answer answer) =>
        [.. answer.Items.Select(i => $"{i["serialNo"]} {i["outcome"]} {i["terminalNo"]} {i["state"]} {i["code"]}")];
}
