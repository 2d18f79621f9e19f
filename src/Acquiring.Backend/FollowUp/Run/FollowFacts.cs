using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Core.FollowUp;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.FollowUp.Run;

/// <summary>A machine as it is followed.</summary>
/// <param name="Owner">Who looks after the merchant today; <c>null</c> for nobody by name.</param>
internal sealed record FollowedTerminal(
    int Id, string TerminalNo, int Version, string MerchantNo, string Branch, string? Owner, FollowUpFacts Facts, IReadOnlyDictionary<long, int> TaskVersions);

/// <summary>What follows hang on: findings and verdicts up to the date, the machine and its tasks as they are now.</summary>
internal static class FollowFactsReader
{
    public static async Task<List<FollowedTerminal>> ReadAsync(
        NpgsqlConnection connection, int[] terminals, DateOnly on, DateOnly today, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("select terminal_id, follow_up_id, kind, since, merchant_id, state, due_on, version from follow_up where terminal_id = any($1)"),
                new("""
                    select t.terminal_id, t.terminal_no, t.version, t.state, t.spare, b.merchant_id, m.merchant_no, m.branch_code, c.manager_code,
                           f.verdict, f.last_activity_on, v.since
                    from terminal t
                    left join terminal_binding b on b.terminal_id = t.terminal_id and b.valid_to = 'infinity'
                    left join merchant m on m.merchant_id = b.merchant_id
                    left join merchant_care c on c.merchant_id = m.merchant_id and not c.voided and c.valid_from <= $3 and $3 < c.valid_to
                    left join lateral (
                        select d.verdict, d.last_activity_on from idle_finding d
                        where d.terminal_id = t.terminal_id and d.judged_on <= $2 order by d.judged_on desc limit 1) f
                        on f.verdict <> 'cleared' and b.valid_from < $4
                    left join lateral (
                        select d.state, d.since, d.merchant_id from idle_verdict d
                        where d.terminal_id = t.terminal_id and d.layer = 'lowVolume' and d.judged_on <= $2 order by d.judged_on desc limit 1) v
                        on v.state = 'found' and v.merchant_id = b.merchant_id
                    where t.terminal_id = any($1) and t.kind = 'pos'
                    order by t.terminal_id
                    """),
            },
        };
        foreach (NpgsqlBatchCommand command in batch.BatchCommands)
        {
            command.Parameters.Add(new() { Value = terminals });
        }

        batch.BatchCommands[1].Parameters.Add(new() { Value = on });
        batch.BatchCommands[1].Parameters.Add(new() { Value = today });
        // What was found of the machine at another merchant's is nothing against this one.
        batch.BatchCommands[1].Parameters.Add(new() { Value = BusinessTime.EndOf(on) });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var tasks = new Dictionary<int, List<(KnownFollowUp Task, int Version)>>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!tasks.TryGetValue(reader.GetInt32(0), out var known))
            {
                tasks[reader.GetInt32(0)] = known = [];
            }

            known.Add((
                new(
                    reader.GetInt64(1), FollowUpWords.Read<FollowUpKind>(reader.GetString(2)), reader.GetFieldValue<DateOnly>(3), reader.GetInt32(4),
                    FollowUpWords.Read<FollowUpState>(reader.GetString(5)), reader.GetFieldValue<DateOnly>(6)),
                reader.GetInt32(7)));
        }

        await reader.NextResultAsync(cancellationToken);
        var found = new List<FollowedTerminal>(terminals.Length);
        while (await reader.ReadAsync(cancellationToken))
        {
            var known = tasks.GetValueOrDefault(reader.GetInt32(0), []);
            var facts = new FollowUpFacts(
                TerminalRows.StateOf(reader.GetString(3)), reader.GetBoolean(4), reader.IsDBNull(5) ? null : reader.GetInt32(5),
                reader.IsDBNull(9) ? null : new Silence(reader.GetString(9) == "12m" ? 12 : 3, reader.GetFieldValue<DateOnly>(10)),
                reader.IsDBNull(11) ? null : reader.GetFieldValue<DateOnly>(11), [.. known.Select(k => k.Task)]);
            found.Add(new(
                reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2), reader.IsDBNull(6) ? "" : reader.GetString(6),
                reader.IsDBNull(7) ? "" : reader.GetString(7), reader.IsDBNull(8) ? null : reader.GetString(8), facts,
                known.ToDictionary(k => k.Task.Id, k => k.Version)));
        }

        return found;
    }
}
