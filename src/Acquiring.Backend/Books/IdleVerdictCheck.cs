using Acquiring.Backend.IdlePolicies.Policies;
using Acquiring.Backend.IdlePolicies.Run;
using Acquiring.Backend.Tiers.Run;
using Acquiring.Core.IdlePolicies;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Books;

/// <summary>
/// I10: a verdict is a pure function of policy, facts and date. What the last night left standing is made again by Core for every merchant that
/// nothing was noted of since, whether or not the night judged it. A range of merchants at a time.
/// </summary>
internal sealed class IdleVerdictCheck : IBookCheck
{
    private const string StandingSql =
        """
        select 'standing' as miss, coalesce(s.terminal_id, d.terminal_id) as terminal, coalesce(s.layer, d.layer) as layer,
               concat_ws(' ', s.judged_on, s.state, s.merchant_id) as found, concat_ws(' ', d.judged_on, d.state, d.merchant_id) as expected
        from terminal_idle_verdict s
        full join (
            select * from (select distinct on (terminal_id, layer) * from idle_verdict order by terminal_id, layer, judged_on desc) l where l.state <> 'clear') d
            on d.terminal_id = s.terminal_id and d.layer = s.layer
        where (s.judged_on, s.state, s.merchant_id) is distinct from (d.judged_on, d.state, d.merchant_id)
        """;

    public string Code => "books.idle-verdicts";

    public async Task<CheckOutcome> RunAsync(BookSnapshot books, CancellationToken cancellationToken)
    {
        var sql = await new SqlCheck(Code, "select count(*) from terminal_idle_verdict", StandingSql).RunAsync(books, cancellationToken);
        var (misses, rows) = (sql.Misses.ToList(), sql.RowsChecked);
        if (await LastAsync(books.Connection, cancellationToken) is not { } last)
        {
            return new(rows, misses);
        }

        var policies = await PolicyCalendar.LastJudgedAsync(books.Connection, cancellationToken);
        var fromMonth = last.Dates.LastMonth.AddMonths(1 - IdlePolicyCheck.MonthsMax);
        foreach (var block in last.Blocks)
        {
            if (misses.Count >= CheckOutcome.MissesMax)
            {
                break;
            }

            var range = new MerchantRange(block * VerdictNight.BlockSize, (block + 1) * VerdictNight.BlockSize, null);
            var noted = await NotedAsync(books.Connection, range, last.Dates.On, cancellationToken);
            var merchants = await PolicyFactsReader.ReadAsync(books.Connection, range, last.Dates.On, fromMonth, cancellationToken);
            merchants.RemoveAll(m => noted.Contains(m.Id));
            var standing = await StandingVerdicts.OfTerminalsAsync(
                books.Connection, [.. merchants.SelectMany(m => m.Facts.Terminals).Select(t => t.Id)], cancellationToken);
            foreach (var merchant in merchants)
            {
                rows += merchant.Facts.Terminals.Count;
                Compare(merchant, policies.Of(merchant.Branch).Policy, last.Dates, standing, misses);
            }
        }

        return new(rows, [.. misses.Take(CheckOutcome.MissesMax)]);
    }

    private void Compare(
        JudgedMerchant merchant, IdlePolicy policy, JudgedDates dates, Dictionary<(int, PolicyLayer), StandingVerdict> standing, List<BookMiss> misses)
    {
        foreach (var verdicts in DecideIdlePolicies.Of(policy, merchant.Facts, dates))
        {
            foreach (var layer in DecideIdlePolicies.Layers)
            {
                var verdict = verdicts.Of(layer);
                var expected = verdict.State == PolicyState.Clear ? "-" : verdict.Document();
                var found = standing.GetValueOrDefault((verdicts.Terminal.Id, layer))?.Document ?? "-";
                if (found != expected && misses.Count < CheckOutcome.MissesMax)
                {
                    misses.Add(new(
                        $"{Code}.decided",
                        [new Detail("terminal", $"{verdicts.Terminal.Id}"), new Detail("layer", VerdictWords.Of(layer)), new Detail("found", found),
                         new Detail("expected", expected)]));
                }
            }
        }
    }

    /// <summary>The last night that began, and those of its parts that are done.</summary>
    private static async Task<(JudgedDates Dates, List<int> Blocks)?> LastAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select n.business_date, n.incomplete_dates, n.first_closed_on, b.block_no
            from idle_verdict_night n join idle_verdict_block b using (business_date)
            where n.business_date = (select max(business_date) from idle_verdict_night)
            order by b.block_no
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        (JudgedDates, List<int>)? last = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            last ??= (new(reader.GetFieldValue<DateOnly>(0), reader.GetFieldValue<DateOnly[]>(1).ToHashSet(), reader.GetFieldValue<DateOnly>(2)), []);
            last.Value.Item2.Add(reader.GetInt32(3));
        }

        return last;
    }

    private static async Task<HashSet<int>> NotedAsync(
        NpgsqlConnection connection, MerchantRange range, DateOnly night, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select merchant_id from idle_verdict_due where {range.Is("merchant_id")} and due_on <= $4
            union
            select b.merchant_id from idle_verdict_note n join terminal_binding b using (terminal_id) where {range.Is("b.merchant_id")}
            """,
            connection);
        range.Bind(command.Parameters);
        command.Parameters.Add(new() { Value = night });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var noted = new HashSet<int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            noted.Add(reader.GetInt32(0));
        }

        return noted;
    }
}
