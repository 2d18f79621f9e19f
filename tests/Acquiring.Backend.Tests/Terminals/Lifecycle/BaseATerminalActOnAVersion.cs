using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Terminals.Lifecycle;

public sealed class BaseATerminalActOnAVersion(TestCluster cluster)
{
    [Fact]
    public async Task Of_two_at_once_one_wins_and_the_other_is_told()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        for (var version = 1; version < 13; version++)
        {
            var address = $$"""{"installationAddress":"Hongqi Road {{version}}"}""";
            var pair = await Task.WhenAll(
                gateway.ActOnAsync(Gateway.TerminalNo, "move", address, version),
                gateway.ActOnAsync($"sn:S{Gateway.TerminalNo}", "move", address, version));
            pair.Select(a => a.Status).Order().ShouldBe([200, 412]);
            $"{pair.Single(a => a.Status == 412).Json["details"]!["present"]}".ShouldBe($"{version + 1}");
        }

        (await gateway.CountAsync("terminal_step")).ShouldBe(12);
        (await gateway.CountAsync("outbox_event")).ShouldBe(12);
        (await gateway.CountAsync("binding_change")).ShouldBe(12);
    }

    [Fact]
    public async Task Under_one_key_it_is_done_once_however_often_it_comes()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        const string Body = """{"installationAddress":"Hongqi Road 12"}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => gateway.ActOnAsync(Gateway.TerminalNo, "move", Body, 1, key: "m-1")));

        // Who comes while the first is under way is told so; whoever comes later gets the first answer.
        answers.ShouldAllBe(a => (a.Status == 200 && a.ETag == "\"2\"") || a.Text("code") == "request.key-under-way");
        (await gateway.ActOnAsync(Gateway.TerminalNo, "move", Body, 1, key: "m-1")).ETag.ShouldBe("\"2\"");
        (await gateway.CountAsync("terminal_step")).ShouldBe(1);
        (await gateway.ActOnAsync(Gateway.TerminalNo, "move", """{"installationAddress":"else"}""", 2, key: "m-1")).Text("code").ShouldBe("request.key-reused");
        var missing = await gateway.Api.PostAsync($"terminals/{Gateway.TerminalNo}/move", Body);
        missing.Status.ShouldBe(428);
    }
}
