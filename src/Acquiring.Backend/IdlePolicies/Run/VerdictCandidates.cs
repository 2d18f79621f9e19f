using Acquiring.Backend.Platform;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.IdlePolicies.Run;

/// <summary>
/// The merchants of a part whose answers can have changed since the night before: something was noted of them, a machine of theirs crossed a
/// threshold or sold after the judged date (its last activity then hides the one before), one that was warned of sold, or an exemption ran out.
/// </summary>
internal static class VerdictCandidates
{
    /// <summary>Takes the notes away too. <c>null</c>: all.</summary>
    public static async Task<int[]?> TakeAsync(
        NpgsqlConnection connection, VerdictNight night, IEnumerable<int> thresholds, int from, int end, CancellationToken cancellationToken)
    {
        const string take =
            """
            with taken as (delete from idle_verdict_due where merchant_id >= $1 and merchant_id < $2 and due_on <= $3 returning merchant_id)
            select merchant_id from taken
            """;
        if (night.JudgesAll || night.Before is not { } before)
        {
            await ReadAsync(connection, take, [from, end, night.On], cancellationToken);
            return null;
        }

        var crossed = night.Dates.CrossedSince(before, thresholds);
        var found = await ReadAsync(
            connection,
            """
            with taken as (
                delete from idle_verdict_due where merchant_id >= $1 and merchant_id < $2 and due_on <= $3 returning merchant_id
            ), crossed as (
                select a.terminal_id from unnest($5, $6) as r (after, through) join terminal_activity a on a.idle_since > r.after and a.idle_since <= r.through
                union
                select f.terminal_id from unnest($5, $6) as r (after, through) join terminal_fact f on f.clock_from > r.after and f.clock_from <= r.through
                union
                select f.terminal_id from unnest($5, $6) as r (after, through) join terminal_fact f on f.installed_on > r.after and f.installed_on <= r.through
                union
                select terminal_id from terminal_activity where idle_since > $3
            ), standing as (
                select s.terminal_id from terminal_idle_verdict s join terminal_activity a using (terminal_id)
                where s.merchant_id >= $1 and s.merchant_id < $2
                  and ($7 or s.recheck_on <= $3 or s.layer = 'earlyWarning' and a.idle_since > s.last_activity_on)
            )
            select merchant_id from taken
            union
            select b.merchant_id
            from (select terminal_id from crossed union select terminal_id from standing) c
            join terminal_binding b using (terminal_id)
            where b.merchant_id >= $1 and b.merchant_id < $2 and b.valid_from < $4 and b.valid_to >= $4
            """,
            [from, end, night.On, BusinessTime.EndOf(night.On), crossed.Select(r => r.After).ToArray(), crossed.Select(r => r.Through).ToArray(),
             night.Dates.SawOtherFiles(before)],
            cancellationToken);
        return [.. found];
    }

    private static async Task<HashSet<int>> ReadAsync(
        NpgsqlConnection connection, string sql, IReadOnlyList<object> values, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
        {
            var parameter = new NpgsqlParameter { Value = value };
            if (value is DateOnly[])
            {
                parameter.NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date;
            }

            command.Parameters.Add(parameter);
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new HashSet<int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(reader.GetInt32(0));
        }

        return found;
    }
}
