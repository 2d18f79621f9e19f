using Acquiring.Backend.Platform;
using Npgsql;

namespace Acquiring.Backend.FollowUp.Run;

/// <summary>Which machines a night has still to look at, and how much of its share each part of it has used.</summary>
internal static class FollowNight
{
    /// <summary>
    /// Begins the night once: whatever may have changed what follows a machine since the last one is noted. A note too many costs one look that
    /// finds nothing. What the night before did not come to is still noted, and comes first.
    /// </summary>
    /// <returns>Whether it is the last night: one that is passed must not judge by what stood then.</returns>
    public static async Task<bool> BeginAsync(NpgsqlConnection connection, DateOnly on, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, "select pg_advisory_xact_lock($1)", cancellationToken, DatabaseLocks.FollowUp);
        var begun = await ExecuteAsync(
            connection, "insert into follow_up_night (business_date, begun_at) values ($1, $2) on conflict on constraint follow_up_night_pk do nothing",
            cancellationToken, on, nowUtc);
        if (begun == 1)
        {
            await ExecuteAsync(
                connection,
                """
                with before as (select coalesce(max(business_date), '-infinity') as on_date from follow_up_night where business_date < $1)
                insert into follow_up_due (terminal_id, noted_on)
                select terminal_id, $1 from (
                    select f.terminal_id from idle_finding f, before where f.judged_on > before.on_date and f.judged_on <= $1
                    union
                    select v.terminal_id from idle_verdict v, before where v.layer = 'lowVolume' and v.judged_on > before.on_date and v.judged_on <= $1
                    union
                    select terminal_id from follow_up where state = 'open' and kind = 'reverify' and due_on < $1
                    union
                    select terminal_id from follow_up where next_on <= $1
                    union
                    select k.terminal_id
                    from follow_up k
                    join terminal t using (terminal_id)
                    left join terminal_binding b on b.terminal_id = k.terminal_id and b.valid_to = 'infinity'
                    where k.state = 'open' and (t.spare or b.merchant_id is distinct from k.merchant_id)) d
                on conflict on constraint follow_up_due_pk do nothing
                """,
                cancellationToken, on);
        }

        await using var command = new NpgsqlCommand("select max(business_date) = $1 from follow_up_night", connection);
        command.Parameters.Add(new() { Value = on });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>The machines that have waited longest, of this part of the night.</summary>
    public static async Task<int[]> NextAsync(NpgsqlConnection connection, int shard, int shards, int rows, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select terminal_id from follow_up_due where terminal_id % $2 = $1 order by noted_on, terminal_id limit $3", connection);
        command.Parameters.Add(new() { Value = shard });
        command.Parameters.Add(new() { Value = shards });
        command.Parameters.Add(new() { Value = rows });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetInt32(0));
        }

        return [.. ids.Order()];
    }

    public static async Task<int> FollowedAsync(NpgsqlConnection connection, DateOnly on, int shard, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select followed from follow_up_share where business_date = $1 and shard = $2", connection);
        command.Parameters.Add(new() { Value = on });
        command.Parameters.Add(new() { Value = shard });
        return await command.ExecuteScalarAsync(cancellationToken) as int? ?? 0;
    }

    /// <summary>They are looked at; so many of them were followed.</summary>
    public static async Task FinishAsync(
        NpgsqlConnection connection, DateOnly on, int shard, IReadOnlyCollection<int> looked, int followed, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, "delete from follow_up_due where terminal_id = any($1)", cancellationToken, looked.ToArray());
        if (followed == 0)
        {
            return;
        }

        await ExecuteAsync(
            connection,
            """
            insert into follow_up_share (business_date, shard, followed) values ($1, $2, $3)
            on conflict on constraint follow_up_share_pk do update set followed = follow_up_share.followed + excluded.followed
            """,
            cancellationToken, on, shard, followed);
    }

    internal static async Task<int> ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
