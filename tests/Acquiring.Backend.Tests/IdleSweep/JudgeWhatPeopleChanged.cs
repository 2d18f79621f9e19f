using Acquiring.Backend.Tests.Terminals;
using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.IdleSweep;

/// <summary>Acts on machines have dates: what was judged of the days before stays what it was.</summary>
public sealed class JudgeWhatPeopleChanged(TestCluster cluster)
{
    [Fact]
    public async Task A_flag_that_is_set_today_does_not_rewrite_yesterday()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.ActOnAsync(Gateway.TerminalNo, "mark-spare", "{}", 1);
        (await IdleAsync(gateway, "2026-11-21")).ShouldBe(["10000001", "10000002", "10000003"]);
        (await IdleAsync(gateway, "2026-11-22")).ShouldBe(["10000002", "10000003"]);
        gateway.Bank.Clock.Advance(TimeSpan.FromDays(10));
        await gateway.ActOnAsync(Gateway.TerminalNo, "unmark-spare", "{}", 2);
        (await IdleAsync(gateway, "2026-12-01")).ShouldBe(["10000002", "10000003"]);
        (await IdleAsync(gateway, "2026-12-02")).ShouldBe(["10000001", "10000002", "10000003"]);
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_machine_begins_anew_at_its_next_holder_and_was_idle_at_the_last()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.Bank.PostAsync(1, 1, "2025-06-01", 1);
        await gateway.ActOnAsync(Gateway.TerminalNo, "recover", """{"reason":"idle"}""", 1);
        await gateway.ActOnAsync(Gateway.TerminalNo, "return-to-stock", """{"reason":"fitForUse"}""", 2);
        gateway.Bank.Clock.Advance(TimeSpan.FromDays(1));
        await gateway.ActOnAsync(Gateway.TerminalNo, "assign", MachineDesk.Assign(Gateway.OtherMerchantNo), 3);
        gateway.Bank.Clock.Advance(TimeSpan.FromDays(3));
        await gateway.ActOnAsync(Gateway.TerminalNo, "install", """{"on":"2026-11-25"}""", 4);
        (await IdleAsync(gateway, "2026-11-21")).ShouldContain("10000001");
        (await IdleAsync(gateway, "2026-11-22")).ShouldNotContain("10000001");
        (await IdleAsync(gateway, "2026-11-30")).ShouldNotContain("10000001");

        // 2026-11-25 and three months.
        (await IdleAsync(gateway, "2027-02-24")).ShouldNotContain("10000001");
        var idle = (await gateway.Api.GetAsync("idle-terminals?on=2027-02-25")).Items.Single(i => $"{i["terminalNo"]}" == "10000001");
        $"{idle["clock"]} {idle["lastActivityOn"]} {idle["activitySource"]} {idle["merchantNo"]}".ShouldBe(
            $"3m 2026-11-25 installation {Gateway.OtherMerchantNo}");
        var shown = await gateway.Api.GetAsync("terminals/10000001");
        $"{shown.Text("lastActivityOn")} {shown.Text("activitySource")}".ShouldBe("2026-11-25 installation");
        await gateway.BooksShouldBeInOrderAsync();
    }

    private static async Task<IEnumerable<string>> IdleAsync(Gateway gateway, string on) =>
        (await gateway.Api.GetAsync($"idle-terminals?on={on}")).Items.Select(t => $"{t["terminalNo"]}");
}
