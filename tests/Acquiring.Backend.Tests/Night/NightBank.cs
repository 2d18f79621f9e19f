using System.Text.Json.Nodes;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Night;

/// <summary>
/// It is noon of 2026-11-22. Merchant 1 sells each day on one machine; its second machine sold last on 2026-08-20, so that its three months are
/// over on the 20th. Files are complete from the 17th to the 20th.
/// </summary>
internal sealed class NightBank : IAsyncDisposable
{
    /// <summary>All that a night writes, without the moments it was written at.</summary>
    public const string WrittenSql =
        """
        select jsonb_build_object(
            'closes', (select jsonb_agg(to_jsonb(c) - 'closed_at' order by c.business_date) from business_day_close c),
            'findings', (select jsonb_agg(to_jsonb(f) - '{idle_finding_id,found_at}'::text[] order by f.terminal_id, f.judged_on) from idle_finding f),
            'nights', (select jsonb_agg(to_jsonb(n) - 'begun_at' order by n.business_date) from tier_night n),
            'blocks', (select jsonb_agg(to_jsonb(b) - 'done_at' order by b.business_date, b.block_no) from tier_block_run b),
            'decisions', (select jsonb_agg(to_jsonb(d) - 'decided_at' order by d.merchant_id, d.dimension, d.judged_on) from tier_decision d),
            'judgings', (select jsonb_agg(to_jsonb(j) order by j.merchant_id, j.month) from tier_judging j),
            'present', (select jsonb_agg(to_jsonb(t) order by t.merchant_id, t.dimension) from merchant_tier t),
            'verdictNights', (select jsonb_agg(to_jsonb(n) - 'begun_at' order by n.business_date) from idle_verdict_night n),
            'verdictBlocks', (select jsonb_agg(to_jsonb(b) - 'done_at' order by b.business_date, b.block_no) from idle_verdict_block b),
            'verdicts', (select jsonb_agg(to_jsonb(v) - 'decided_at' order by v.terminal_id, v.layer, v.judged_on) from idle_verdict v),
            'standing', (select jsonb_agg(to_jsonb(s) order by s.terminal_id, s.layer) from terminal_idle_verdict s),
            'followUps', (select jsonb_agg(to_jsonb(f) - '{follow_up_id,changed_at}'::text[] order by f.terminal_id, f.merchant_id, f.kind, f.since) from follow_up f),
            'followUpSteps', (select jsonb_agg(to_jsonb(s) - '{follow_up_id,at}'::text[] order by f.terminal_id, f.merchant_id, f.kind, f.since, s.version)
                              from follow_up_step s join follow_up f using (follow_up_id)),
            'removals', (select jsonb_agg(to_jsonb(r) - '{removal_id,follow_up_id,changed_at}'::text[] order by r.terminal_id, r.round) from removal r),
            'removalSteps', (select jsonb_agg(to_jsonb(s) - '{removal_id,at}'::text[] order by r.terminal_id, r.round, s.version) from removal_step s join removal r using (removal_id)),
            'followShares', (select jsonb_agg(to_jsonb(s) order by s.business_date, s.shard) from follow_up_share s),
            'terminals', (select jsonb_agg(jsonb_build_array(t.terminal_no, t.state, t.version) order by t.terminal_no) from terminal t),
            'terminalSteps', (select jsonb_agg(to_jsonb(s) - 'at' order by s.terminal_id, s.version) from terminal_step s),
            'alarmNights', (select jsonb_agg(to_jsonb(n) - 'begun_at' order by n.business_date) from alarm_night n),
            'alarmBlocks', (select jsonb_agg(to_jsonb(b) - 'done_at' order by b.business_date, b.block_no) from alarm_block_run b),
            'alarms', (select jsonb_agg(to_jsonb(a) - 'alarm_id' order by a.raised_on, a.kind, a.merchant_id) from alarm a),
            'alarmSteps', (select jsonb_agg(jsonb_build_array(s.on_date, a.kind, a.merchant_id, s.version, s.act, s.level, s.numbers)
                                            order by s.on_date, a.kind, a.merchant_id)
                           from alarm_step s join alarm a using (alarm_id)),
            'scorecards', (select jsonb_agg(to_jsonb(s) order by s.business_date, s.branch_code, s.manager_code) from scorecard_day s),
            'scorecardDates', (select jsonb_agg(to_jsonb(d) - 'written_at' order by d.business_date) from scorecard_date d),
            'risks', (select jsonb_agg(to_jsonb(g) - 'at' order by g.merchant_id, g.grade_no) from merchant_risk_grade g),
            'events', (select jsonb_agg(jsonb_build_array(o.type, o.subject, o.object_version) order by o.type, o.subject, o.object_version)
                       from (select type, case when type like 'alarm.%' then payload - 'alarmId' else to_jsonb(object_key) end as subject, object_version
                             from outbox_event) o
                       where o.type in ('tiers.judged', 'merchant.risk', 'idleVerdicts.judged', 'terminal.watch', 'terminal.suspend') or o.type like 'alarm.%'),
            'volumes', (select jsonb_agg(to_jsonb(v) order by v.transaction_date, v.merchant_id, v.terminal_id, v.business_date, v.pay_type) from day_volume v),
            'audits', (select jsonb_agg(jsonb_build_array(a.act, a.subject, n) order by a.act, a.subject)
                       from (select act, subject, count(*) n from audit_entry where act in ('day.close', 'tiers.judge', 'idleVerdicts.judge', 'alarms.judge') group by 1, 2) a))::text
        """;

    private NightBank(TestBank bank, TestApi api) => (Bank, Api) = (bank, api);

    public TestBank Bank { get; }

    public TestApi Api { get; private set; }

    public static async Task<NightBank> OpenAsync(TestCluster cluster, params (string, string)[] settings)
    {
        var bank = await TestBank.OpenAsync(cluster);
        var merchant = await bank.MerchantAsync("102360758120001");
        var busy = await bank.TerminalAsync("10000001", merchant);
        await bank.TerminalAsync("10000002", merchant, knownActivityOn: "2026-08-20");
        await bank.FilesAsync("2026-11-17", "2026-11-20");
        for (var day = 17; day <= 20; day++)
        {
            await bank.PostAsync(merchant, busy, $"2026-11-{day}", stan: day);
        }

        return new(bank, await TestApi.StartAsync(bank, null, settings));
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Bank.DisposeAsync();
    }

    public Task<Answer> AskAsync(string date, bool insist = false, string language = "en") =>
        Api.PostAsync($"nights/{date}", $$"""{"insist":{{(insist ? "true" : "false")}}}""", language);

    /// <summary>What the tick loop does.</summary>
    public Task<int> WorkAsync() => Api.Services.GetRequiredService<JobWorker>().RunDueAsync(TestContext.Current.CancellationToken);

    public Task<int> LookAsync() => Api.Services.GetRequiredService<JobTriggers>().AskDueAsync(TestContext.Current.CancellationToken);

    /// <summary>State, and of the steps named here their state and counts, in one line. Steps of other modules are theirs to tell of.</summary>
    public async Task<string> TellAsync(string date)
    {
        var night = (await Api.GetAsync($"nights/{date}")).Json;
        return $"{night["state"]}: " + string.Join("; ", night["steps"]!.AsArray().Where(s => IsTold(s!)).Select(
            s => $"{s!["step"]} {s["state"]} {s["shardsDone"]}/{s["shards"]} {Told(s["counts"]!)}".TrimEnd()));
    }

    /// <summary>One step of it: state, shards and counts.</summary>
    public async Task<string> StepAsync(string date, string step)
    {
        var s = (await Api.GetAsync($"nights/{date}")).Json["steps"]!.AsArray().Single(n => $"{n!["step"]}" == step)!;
        return $"{s["state"]} {s["shardsDone"]}/{s["shards"]} {Told(s["counts"]!)}".TrimEnd();
    }

    public static bool IsTold(JsonNode step) => (string)step["step"]! is "files" or "close" or "tiers";

    public static string Told(JsonNode counts) => string.Join(' ', counts.AsObject().Select(c => $"{c.Key}={c.Value}"));

    public Task<string> WrittenAsync() => Bank.ScalarAsync<string>(WrittenSql);
}
