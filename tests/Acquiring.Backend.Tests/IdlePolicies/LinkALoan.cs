using System.Text;
using Acquiring.Backend.IdlePolicies.Run;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.IdlePolicies;

public sealed class LinkALoan(TestCluster cluster)
{
    [Fact]
    public async Task A_list_that_comes_after_a_night_counts_from_the_next_one_on_and_what_was_answered_stays()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await bank.ExecuteAsync("insert into branch (branch_code, name, parent_branch_code) values ('360700', 'r', null)");
        await bank.TerminalAsync("10000001", await bank.MerchantAsync("102360754110001"));
        await bank.TerminalAsync("10000002", await bank.MerchantAsync("102360754110002"));
        await bank.ExecuteAsync(
            """
            update merchant set branch_code = '360700';
            insert into business_day_close (business_date, closed_at, complete, insisted, findings)
            select d, now(), true, false, 0 from generate_series('2026-08-01'::date, '2026-11-22', interval '1 day') d
            """);
        await using var api = await TestApi.StartAsync(bank);
        await JudgeAsync(api, "2026-11-20");
        (await StatesAsync(api, "2026-11-20")).ShouldBe("found/found");
        var first = await BytesAsync(api, "2026-11-20");

        // As of a date before the night, another the day after, and both owe nothing from the 22nd on.
        await ImportAsync(api, "102360754110001,L-1,经营贷,5000.00,2026-01-05,,10,2026-10-01\n102360754110002,L-2,经营贷,5000.00,2026-01-05,,10,2026-11-22\n");
        await ImportAsync(api, "102360754110001,L-1,经营贷,0.00,2026-01-05,,10,2026-11-22\n");
        await JudgeAsync(api, "2026-11-21");
        (await StatesAsync(api, "2026-11-21")).ShouldBe("exempt/found");
        (await BytesAsync(api, "2026-11-21")).ShouldContain("""{"exemption":"loanLinked","loan":"L-1","source":""");
        await JudgeAsync(api, "2026-11-22");
        (await StatesAsync(api, "2026-11-22")).ShouldBe("found/exempt");
        (await BytesAsync(api, "2026-11-20")).ShouldBe(first);
        (await StatesAsync(api, "2026-11-21")).ShouldBe("exempt/found");
    }

    private static async Task JudgeAsync(TestApi api, string date) => (await api.Services.GetRequiredService<RunIdlePolicies>()
        .RunAsync(DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture), TestContext.Current.CancellationToken)).Accepted(out _, out var refusal)
        .ShouldBeTrue($"{refusal}");

    private static async Task ImportAsync(TestApi api, string rows) => (await api.PostBytesAsync(
        "loans/import", Encoding.UTF8.GetBytes("merchant_no,loan_ref,product,outstanding_yuan,disbursed_on,next_due_on,share_percent,as_of\n" + rows))).Status.ShouldBe(200);

    private static async Task<string> BytesAsync(TestApi api, string on) =>
        Encoding.UTF8.GetString(await api.GetBytesAsync($"terminals/10000001/idle-verdicts?on={on}"));

    private static async Task<string> StatesAsync(TestApi api, string on)
    {
        var states = new List<string>();
        foreach (var terminal in (string[])["10000001", "10000002"])
        {
            var verdicts = (await api.GetAsync($"terminals/{terminal}/idle-verdicts?on={on}")).Json["verdicts"]!.AsArray();
            states.Add((string)verdicts.Single(v => (string)v!["layer"]! == "lowVolume")!["state"]!);
        }

        return string.Join('/', states);
    }
}
