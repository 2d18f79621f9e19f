using Acquiring.Backend.Tiers.Rules;
using Acquiring.Backend.Tiers.Run;
using Acquiring.Core.Refusals;
using Acquiring.Core.Tiers;
using Npgsql;

namespace Acquiring.Backend.Books;

/// <summary>
/// I10: a tier is a pure function of rules, facts and date. Each present decision is made again by Core from what holds now, for all
/// merchants that nothing was noted of since their last run; each grade by going through its judgings; the last month's activity from the day
/// volumes. A range of merchants at a time.
/// </summary>
internal sealed class TierCheck : IBookCheck
{
    private const string PresentSql =
        """
        select 'present' as miss, m.merchant_no as merchant, coalesce(t.dimension, d.dimension) as dimension,
               concat_ws(' ', t.judged_on, t.tier, t.grade) as found, concat_ws(' ', d.judged_on, d.tier, d.grade) as expected
        from merchant_tier t
        full join (select distinct on (merchant_id, dimension) * from tier_decision order by merchant_id, dimension, judged_on desc) d
             using (merchant_id, dimension)
        join merchant m using (merchant_id)
        where (t.judged_on, t.tier, t.grade) is distinct from (d.judged_on, d.tier, d.grade)
        """;

    public string Code => "books.tiers";

    public async Task<CheckOutcome> RunAsync(BookSnapshot books, CancellationToken cancellationToken)
    {
        var sql = await new SqlCheck(Code, "select count(*) from merchant_tier", PresentSql).RunAsync(books, cancellationToken);
        var misses = sql.Misses.ToList();
        var rows = sql.RowsChecked;
        var rules = new Dictionary<int, TierRuleSet>();
        foreach (var (block, night, version) in await BlocksAsync(books.Connection, cancellationToken))
        {
            if (misses.Count >= CheckOutcome.MissesMax)
            {
                break;
            }

            rows += await DecisionsAsync(books.Connection, block, night, await RulesAsync(version), misses, cancellationToken);
            rows += await GradesAsync(books.Connection, block, RulesAsync, misses, cancellationToken);
        }

        return new(rows, [.. misses.Take(CheckOutcome.MissesMax)]);

        async Task<TierRuleSet> RulesAsync(int version) => rules.TryGetValue(version, out var known)
            ? known
            : rules[version] = await TierRuleSets.LoadAsync(books.Connection, version, cancellationToken);
    }

    private async Task<long> DecisionsAsync(
        NpgsqlConnection connection, int block, DateOnly night, TierRuleSet rules, List<BookMiss> misses, CancellationToken cancellationToken)
    {
        var (from, end) = Bounds(block);
        var range = new MerchantRange(from, end, null);
        var noted = await NotedAsync(connection, from, end, night, cancellationToken);
        var present = await PresentTiers.ReadAsync(connection, range, alsoGraded: false, cancellationToken);
        var rows = 0L;
        foreach (var (id, facts) in await TierFactsReader.ReadAsync(connection, range, night, cancellationToken))
        {
            foreach (var dimension in DecideTiers.Dimensions)
            {
                if (noted.Contains(id))
                {
                    continue;
                }

                rows++;
                var decided = DecideTiers.Of(rules, facts, dimension);
                var stored = present.GetValueOrDefault((id, dimension));
                var expected = stored is null && dimension != TierDimension.Industry && decided.Outcome == TierOutcome.None ? null : decided.Document();
                if (stored?.Document != expected && misses.Count < CheckOutcome.MissesMax)
                {
                    misses.Add(Miss("decided", id, TierWords.Of(dimension), stored?.Document ?? "-", expected ?? "-"));
                }
            }
        }

        return rows;
    }

    private async Task<long> GradesAsync(
        NpgsqlConnection connection, int block, Func<int, Task<TierRuleSet>> rulesOf, List<BookMiss> misses, CancellationToken cancellationToken)
    {
        var (from, end) = Bounds(block);
        var all = await JudgingsAsync(connection, from, end, cancellationToken);
        if (all.Count == 0)
        {
            return 0;
        }

        var (month, on) = (all.Max(j => j.Month), all.Max(j => j.JudgedOn));
        var window = await TierActivityWindow.OfAsync(connection, month, on, cancellationToken);
        var activities = await window.ReadAsync(connection, from, end, cancellationToken);
        foreach (var merchant in all.GroupBy(j => j.MerchantId))
        {
            TierGrade? grade = null;
            var row = new List<TierJudging>();
            StoredJudging? before = null;
            foreach (var stored in merchant)
            {
                var rules = await rulesOf(stored.RuleSetVersion);
                var now = stored.Month == month ? activities.GetValueOrDefault(stored.MerchantId, window.None) : stored.Activity;
                var judged = ActivityGrades.Judge(rules, stored.Tier, stored.Class, now);
                if ((now != stored.Activity || judged != stored.Judging) && misses.Count < CheckOutcome.MissesMax)
                {
                    misses.Add(Miss("judged", stored.MerchantId, $"{stored.Month:yyyy-MM}", $"{stored.Activity} {stored.Judging}", $"{now} {judged}"));
                }

                if (before is not null && before.Month.AddMonths(1) != stored.Month)
                {
                    row.Clear();
                }

                row.Add(stored.Judging);
                grade = ActivityGrades.Next(rules.Hysteresis, grade, row);
                before = stored;
            }

            if (merchant.Last().Grade is var told && told != grade && misses.Count < CheckOutcome.MissesMax)
            {
                misses.Add(Miss("graded", merchant.Key, "industry", $"{told}", $"{grade}"));
            }
        }

        return all.Count;
    }

    /// <summary>The parts that were ever judged, with their last night and its rules.</summary>
    private static async Task<List<(int Block, DateOnly Night, int Version)>> BlocksAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select distinct on (b.block_no) b.block_no, b.business_date, n.rule_set_version
            from tier_block_run b join tier_night n using (business_date)
            order by b.block_no, b.business_date desc
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var blocks = new List<(int, DateOnly, int)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            blocks.Add((reader.GetInt32(0), reader.GetFieldValue<DateOnly>(1), reader.GetInt32(2)));
        }

        return blocks;
    }

    private static async Task<HashSet<int>> NotedAsync(
        NpgsqlConnection connection, int from, int end, DateOnly night, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select distinct merchant_id from tier_due where merchant_id >= $1 and merchant_id < $2 and due_on <= $3", connection);
        foreach (var value in (ReadOnlySpan<object>)[from, end, night])
        {
            command.Parameters.Add(new() { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var noted = new HashSet<int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            noted.Add(reader.GetInt32(0));
        }

        return noted;
    }

    /// <summary>Of merchants that are in an industry tier, since they came into it; by merchant and month.</summary>
    private static async Task<List<StoredJudging>> JudgingsAsync(NpgsqlConnection connection, int from, int end, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select j.merchant_id, j.month, j.judged_on, j.tier, d.class, j.net_fen, j.active_days, j.counted_days, j.commission_fen, j.reached, j.kept,
                   j.rule_set_version, d.since, d.grade
            from merchant_tier t
            join tier_decision d using (merchant_id, dimension, judged_on)
            join tier_judging j on j.merchant_id = t.merchant_id and j.tier = d.tier and j.judged_on >= d.since
            where t.merchant_id >= $1 and t.merchant_id < $2 and t.dimension = 'industry' and t.tier is not null
            order by j.merchant_id, j.month
            """,
            connection);
        command.Parameters.Add(new() { Value = from });
        command.Parameters.Add(new() { Value = end });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<StoredJudging>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new(
                reader.GetInt32(0), reader.GetFieldValue<DateOnly>(1), reader.GetFieldValue<DateOnly>(2), reader.GetString(3),
                TierWords.ClassOrNull(reader, 4), new(reader.GetInt64(5), reader.GetInt32(6), reader.GetInt32(7), reader.GetInt64(8)),
                new(TierWords.Grade(reader.GetString(9)), TierWords.Grade(reader.GetString(10))), reader.GetInt32(11),
                reader.GetFieldValue<DateOnly>(12), TierWords.GradeOrNull(reader, 13)));
        }

        return found;
    }

    private static (int From, int End) Bounds(int block) => (block * TierNight.BlockSize, (block + 1) * TierNight.BlockSize);

    private BookMiss Miss(string kind, int merchantId, string dimension, string found, string expected) => new(
        $"{Code}.{kind}",
        [new Detail("merchant", $"{merchantId}"), new Detail("dimension", dimension), new Detail("found", found), new Detail("expected", expected)]);

    private sealed record StoredJudging(
        int MerchantId, DateOnly Month, DateOnly JudgedOn, string Tier, TierClass? Class, TierActivity Activity, TierJudging Judging, int RuleSetVersion,
        DateOnly Since, TierGrade? Grade);
}
