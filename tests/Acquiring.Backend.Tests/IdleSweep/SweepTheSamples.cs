using System.Text.Json.Nodes;
using Acquiring.Backend.Days.Close;
using Acquiring.Backend.IdleSweep;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Tests.Transactions;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.IdleSweep;

public sealed class SweepTheSamples(TestCluster cluster)
{
    [Fact]
    public async Task The_idle_list_is_the_expected_one_computed_and_stored()
    {
        var expected = JsonNode.Parse(ClearingBank.Read("expected.json"))!["idle"]!.AsArray()
            .Select(i => $"{i!["terminal_no"]} {i["clock"]} {i["last_activity_on"]}").ToList();
        await using var bank = await ClearingBank.WithSamplesAsync(cluster);
        foreach (var file in (string[])["clearing_20261114_fen.csv", "clearing_20261115_yuan.csv", "ZM_20261116.txt", "ZM_20261117.txt", "ZM_20261118.txt", "ZM_20261119.txt", "ZM_20261120.txt"])
        {
            await bank.TakeAsync(file, ClearingBank.Read(file));
        }

        var close = await new CloseDay(bank.Data, bank.Clock, new ChangeCounter()).RunAsync(new(2026, 11, 20), false, "test", CancellationToken.None);

        close.Value.Closed.Count.ShouldBe(7);
        var computed = await new IdleTerminalStore(bank.Data).PageAsync(new(2026, 11, 20), "", 500, CancellationToken.None);
        computed.Select(i => $"{i.TerminalNo} {i.Clock} {i.LastActivityOn:yyyy-MM-dd}").ShouldBe(expected);
        var stored = new List<string>();
        await using (var command = bank.Data.CreateCommand(
            """
            select terminal_no || ' ' || verdict || ' ' || last_activity_on
            from (select distinct on (terminal_id) * from idle_finding order by terminal_id, judged_on desc) f
            join terminal using (terminal_id)
            where verdict <> 'cleared'
            order by 1
            """))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                stored.Add(reader.GetString(0));
            }
        }

        stored.ShouldBe(expected);
        await bank.BooksShouldBeInOrderAsync();
    }
}
