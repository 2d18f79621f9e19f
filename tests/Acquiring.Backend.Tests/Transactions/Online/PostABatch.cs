using System.Net.Sockets;
using System.Text;
using Acquiring.Backend.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Transactions.Online;

public sealed class PostABatch(TestCluster cluster)
{
    [Fact]
    public async Task Each_line_has_its_own_answer_in_order()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(9, 900));
        string[] lines =
        [
            Gateway.Sale(1, 100),
            "{\"merchantNo\":",
            Gateway.Sale(2, 0),
            "",
            Gateway.Sale(9, 900),
            Gateway.Sale(9, 901),
            Gateway.Back("refund", 3, 50, ofStan: 777),
            Gateway.Notice("sale", 4, 100, Gateway.OtherTerminalNo),
            Gateway.Sale(1, 100),
            Gateway.Sale(5, 500),
        ];
        var answers = await gateway.Api.PostLinesAsync(string.Join("\r\n", lines) + "\n");
        answers.Select(a => $"{a["line"]} {a["status"]} {a["problem"]?["code"]}{a["result"]?["state"]}").ShouldBe(
        [
            "1 201 posted",
            "2 400 online.not-json",
            "3 400 online.amount",
            "4 400 online.not-json",
            "5 200 posted",
            "6 422 transaction.key-taken",
            "7 202 held",
            "8 422 transaction.bound-to-another",
            "9 200 posted",
            "10 201 posted",
        ]);
        (await gateway.CountAsync("journal")).ShouldBe(3);
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_line_cut_off_in_its_middle_harms_only_itself()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var answers = await gateway.Api.PostLinesAsync(Gateway.Sale(1, 100) + "\n" + Gateway.Sale(2, 200)[..60]);
        answers.Select(a => $"{a["status"]}").ShouldBe(["201", "400"]);
        (await gateway.CountAsync("journal")).ShouldBe(1);
    }

    [Fact]
    public async Task After_a_connection_cut_off_in_its_middle_a_repetition_posts_what_is_missing()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var body = Gateway.Sale(1, 100) + "\n" + Gateway.Sale(2, 200) + "\n";
        using (var socket = new TcpClient(gateway.Api.Address.Host, gateway.Api.Address.Port))
        {
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /api/v1/transactions HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nContent-Length: {body.Length}\r\n\r\n{body[..^40]}"));
        }

        (await gateway.Api.PostLinesAsync(body)).ShouldAllBe(a => a["status"]!.GetValue<int>() <= 201);
        (await gateway.CountAsync("journal")).ShouldBe(2);
    }

    [Fact]
    public async Task Too_many_lines_are_refused_as_a_whole()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var answers = await gateway.Api.PostLinesAsync(string.Concat(Enumerable.Repeat("{}\n", OnlineLimits.BatchLinesMax + 1)));
        answers.Single()["code"]!.GetValue<string>().ShouldBe("online.too-many-lines");
        (await gateway.Api.PostLinesAsync(string.Concat(Enumerable.Repeat("{}\n", OnlineLimits.BatchLinesMax)))).Count.ShouldBe(OnlineLimits.BatchLinesMax);
        var large = await gateway.Api.PostLinesAsync(new string(' ', OnlineLimits.BatchBytesMax + 1));
        large.Single()["code"]!.GetValue<string>().ShouldBe("online.too-large");
    }
}
