using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Tiers;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Tiers.Run;

/// <summary>What became of a part of a run.</summary>
/// <param name="Judged">Merchants whose rules were judged.</param>
/// <param name="Graded">Merchants whose month was graded.</param>
internal sealed record TierBlockResult(int Judged, int Graded, IReadOnlyList<WrittenTier> Written);

/// <summary>
/// Judges a range of merchants for a night: those that something was noted of since the last run, or all; and on the first night of a month
/// grades those in a tier. Reads the range, decides in memory, writes what changed: memory is that of one range, whatever the fleet.
/// </summary>
internal sealed class TierBlock(TierNight night, TierRuleSet rules, TimeProvider clock)
{
    private int From { get; init; }

    private int End => From + TierNight.BlockSize;

    /// <summary>In the transaction of the caller; a dry run writes nothing. Done before, it does nothing.</summary>
    public static async Task<TierBlockResult> RunAsync(
        NpgsqlConnection connection, TierNight night, TierRuleSet rules, int blockNo, bool dryRun, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!dryRun && await IsDoneAsync(connection, night.Date, blockNo, cancellationToken))
        {
            return new(0, 0, []);
        }

        var block = new TierBlock(night, rules, clock) { From = blockNo * TierNight.BlockSize };
        var now = clock.GetUtcNow().UtcDateTime;
        var writer = new TierWriter(night, now);
        var (judged, graded) = await block.DecideAsync(connection, writer, dryRun, cancellationToken);
        if (!dryRun)
        {
            await writer.WriteAsync(connection, cancellationToken);
            await block.FinishAsync(connection, blockNo, judged, graded, writer.Decisions, now, cancellationToken);
        }

        return new(judged, graded, writer.Decisions);
    }

    private async Task<(int Judged, int Graded)> DecideAsync(
        NpgsqlConnection connection, TierWriter writer, bool dryRun, CancellationToken cancellationToken)
    {
        // Taken before anything is read: what is noted later than this is read with its note still there, and judged again.
        var due = await TakeDueAsync(connection, dryRun, cancellationToken);
        var range = new MerchantRange(From, End, night.JudgesAll ? null : due);
        if (range.Only is { Length: 0 } && night.Month is null)
        {
            return (0, 0);
        }

        List<(int MerchantId, TierFacts Facts)> facts = range.Only is { Length: 0 }
            ? []
            : await TierFactsReader.ReadAsync(connection, range, night.Date, cancellationToken);
        var present = await PresentTiers.ReadAsync(connection, range, night.Month is not null, cancellationToken);
        var month = night.Month is { } m ? await MonthAsync(connection, m, cancellationToken) : null;
        var graded = 0;
        var judgedIds = new HashSet<int>();
        foreach (var (merchantId, known) in facts)
        {
            judgedIds.Add(merchantId);
            foreach (var dimension in DecideTiers.Dimensions)
            {
                var before = present.GetValueOrDefault((merchantId, dimension));
                var decision = DecideTiers.Of(rules, known, dimension);
                var stays = before is not null && before.Tier == decision.Tier;
                var next = new PresentTier(
                    decision.Outcome, decision.Tier, decision.Class, stays ? before!.Grade : null, stays ? before!.Since : night.Date,
                    night.RuleSetVersion, decision.Document());
                graded += Keep(writer, merchantId, dimension, before, next, month);
            }
        }

        if (month is not null)
        {
            foreach (var ((merchantId, dimension), before) in present.OrderBy(p => p.Key.MerchantId))
            {
                if (dimension == TierDimension.Industry && before.Tier is not null && !judgedIds.Contains(merchantId))
                {
                    graded += Keep(writer, merchantId, dimension, before, before, month);
                }
            }
        }

        return (facts.Count, graded);
    }

    /// <summary>Grades where it is due, and keeps what differs. Returns how many were graded.</summary>
    private int Keep(TierWriter writer, int merchantId, TierDimension dimension, PresentTier? before, PresentTier next, MonthOfBlock? month)
    {
        var graded = 0;
        if (month is not null && dimension == TierDimension.Industry && next.Tier is { } tier)
        {
            var activity = month.Activities.TryGetValue(merchantId, out var found) ? found : month.Window.None;
            if (ActivityGrades.Judge(rules, tier, next.Class, activity) is { } judging)
            {
                writer.Judgings.Add(new(merchantId, tier, activity, judging));
                next = next with { Grade = ActivityGrades.Next(rules.Hysteresis, next.Grade, Unbroken(month, merchantId, next.Since, judging)) };
                graded = 1;
            }
        }

        if (TierChange.Of(dimension, before, next) is { } change)
        {
            writer.Decisions.Add(new(merchantId, dimension, change, before is null));
        }

        return graded;
    }

    /// <summary>The judgings since the merchant came into its tier, up to the last month that has none.</summary>
    private static List<TierJudging> Unbroken(MonthOfBlock month, int merchantId, DateOnly since, TierJudging now)
    {
        var judgings = new List<TierJudging> { now };
        var expected = month.Month;
        foreach (var past in month.Judgings[merchantId].Reverse())
        {
            expected = expected.AddMonths(-1);
            if (past.Month != expected || past.JudgedOn < since)
            {
                break;
            }

            judgings.Insert(0, past.Judging);
        }

        return judgings;
    }

    private async Task<MonthOfBlock> MonthAsync(NpgsqlConnection connection, DateOnly month, CancellationToken cancellationToken)
    {
        var window = await TierActivityWindow.OfAsync(connection, month, night.Date, cancellationToken);
        var monthsBefore = Math.Max(rules.Hysteresis.PromotionMonths, rules.Hysteresis.DemotionMonths) - 1;
        return new(
            month, window, await window.ReadAsync(connection, From, End, cancellationToken),
            await PresentTiers.JudgingsAsync(connection, From, End, month, monthsBefore, cancellationToken));
    }

    private async Task<int[]> TakeDueAsync(NpgsqlConnection connection, bool dryRun, CancellationToken cancellationToken)
    {
        const string range = "merchant_id >= $1 and merchant_id < $2 and due_on <= $3";
        await using var command = new NpgsqlCommand(
            dryRun
                ? $"select distinct merchant_id from tier_due where {range}"
                : $"with taken as (delete from tier_due where {range} returning merchant_id) select distinct merchant_id from taken",
            connection);
        foreach (var value in (ReadOnlySpan<object>)[From, End, night.Date])
        {
            command.Parameters.Add(new() { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var due = new List<int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            due.Add(reader.GetInt32(0));
        }

        return [.. due];
    }

    /// <summary>Waits for whoever does the same part now.</summary>
    private static async Task<bool> IsDoneAsync(NpgsqlConnection connection, DateOnly date, int blockNo, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"select pg_advisory_xact_lock({DatabaseLocks.TierBlocks}, {blockNo})"),
                new("select exists (select from tier_block_run where block_no = $1 and business_date = $2)"),
            },
        };
        batch.BatchCommands[1].Parameters.Add(new() { Value = blockNo });
        batch.BatchCommands[1].Parameters.Add(new() { Value = date });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetBoolean(0);
    }

    private async Task FinishAsync(
        NpgsqlConnection connection, int blockNo, int judged, int graded, List<WrittenTier> written, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using (var command = new NpgsqlCommand(
            "insert into tier_block_run (block_no, business_date, judged, graded, written, done_at) values ($1, $2, $3, $4, $5, $6)", connection))
        {
            foreach (var value in (ReadOnlySpan<object>)[blockNo, night.Date, judged, graded, written.Count, nowUtc])
            {
                command.Parameters.Add(new() { Value = value });
            }

            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        if (written.Count == 0)
        {
            return;
        }

        var moves = written.GroupBy(w => w.Change.Move).OrderBy(g => g.Key).ToDictionary(g => TierWords.Of(g.Key), g => g.Count());
        var (subject, details) = ($"{night.Date:yyyy-MM-dd}", new { block = blockNo, judged, graded, moves });
        await AuditLog.AppendAsync(connection, null!, clock, Actors.Operator, "tiers.judge", subject, details, cancellationToken);
        await Outbox.AppendAsync(connection, "tiers.judged", subject, blockNo + 1, details, nowUtc, cancellationToken);
    }

    private sealed record MonthOfBlock(
        DateOnly Month, TierActivityWindow Window, Dictionary<int, TierActivity> Activities, ILookup<int, PastJudging> Judgings);
}
