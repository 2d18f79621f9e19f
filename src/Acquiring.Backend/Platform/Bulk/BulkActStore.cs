using System.Text.Json;
using Acquiring.Core.Refusals;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Platform.Bulk;

/// <summary>How far a bulk act is.</summary>
public enum BulkActState
{
    /// <summary>Items wait; whether somebody works on them is told by the operation of the same id. Ask again, and the rest is done.</summary>
    Running,

    /// <summary>Every item has its outcome.</summary>
    Done,

    /// <summary>All or nothing was asked for and some were refused: nothing was done.</summary>
    NothingDone,

    /// <summary>Somebody cancelled it; what was done before stays done.</summary>
    Cancelled,
}

public enum BulkItemState
{
    Waiting,
    Done,
    Refused,
}

internal sealed record BulkActRow(BulkOrder Order, BulkActState State, int Selected, int Done, int Refused, DateTimeOffset StartedAt);

internal sealed record BulkItemRow(BulkItem Item, BulkItemState State, int? NewVersion, Refusal? Refusal);

/// <summary>Bulk acts and their items in their tables. An item's outcome is written in the transaction of the act itself.</summary>
internal static class BulkActStore
{
    /// <summary>Returns false when the id is known; refuses one that was used for another request.</summary>
    public static async Task<Result<bool>> AddAsync(
        NpgsqlConnection connection, BulkOrder order, byte[] fingerprint, Func<Task<IReadOnlyList<BulkItem>>> items, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        await using (var insert = new NpgsqlCommand(
            """
            insert into bulk_act (bulk_act_id, kind, act, request, fingerprint, all_or_nothing, selected, actor, started_at)
            values ($1, $2, $3, $4, $5, $6, 0, $7, $8)
            on conflict on constraint bulk_act_pk do nothing
            """,
            connection))
        {
            insert.Parameters.Add(new() { Value = order.Id });
            insert.Parameters.Add(new() { Value = order.Kind });
            insert.Parameters.Add(new() { Value = order.Act });
            insert.Parameters.Add(new() { Value = order.Request, NpgsqlDbType = NpgsqlDbType.Jsonb });
            insert.Parameters.Add(new() { Value = fingerprint });
            insert.Parameters.Add(new() { Value = order.AllOrNothing });
            insert.Parameters.Add(new() { Value = order.Actor });
            insert.Parameters.Add(new() { Value = nowUtc });
            if (await insert.ExecuteNonQueryAsync(cancellationToken) == 0)
            {
                await using var known = new NpgsqlCommand("select fingerprint from bulk_act where bulk_act_id = $1", connection);
                known.Parameters.Add(new() { Value = order.Id });
                var stored = (byte[])(await known.ExecuteScalarAsync(cancellationToken))!;
                return stored.AsSpan().SequenceEqual(fingerprint) ? false : BulkRefusals.Reused(order.Id);
            }
        }

        var selected = await items();
        await using var command = new NpgsqlCommand(
            """
            with added as (
                insert into bulk_act_item (bulk_act_id, item_no, key, version, part)
                select $1, * from unnest($2, $3, $4, $5)
            )
            update bulk_act set selected = cardinality($2) where bulk_act_id = $1
            """,
            connection);
        command.Parameters.Add(new() { Value = order.Id });
        command.Parameters.Add(new() { Value = selected.Select(i => i.ItemNo).ToArray() });
        command.Parameters.Add(new() { Value = selected.Select(i => i.Key).ToArray() });
        command.Parameters.Add(new() { Value = selected.Select(i => i.Version).ToArray() });
        command.Parameters.Add(new() { Value = selected.Select(i => i.Part).ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }

    /// <param name="locked">Until the transaction ends, so that two who work on one act take turns.</param>
    public static async Task<BulkActRow?> FindAsync(NpgsqlConnection connection, Guid id, bool locked, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select kind, act, request::text, all_or_nothing, actor, state, selected, done, refused, started_at
            from bulk_act where bulk_act_id = $1
            {(locked ? "for update" : "")}
            """,
            connection);
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(
                new(id, reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetBoolean(3), reader.GetString(4)),
                Enum.Parse<BulkActState>(reader.GetString(5), ignoreCase: true), reader.GetInt32(6), reader.GetInt32(7), reader.GetInt32(8),
                reader.GetFieldValue<DateTimeOffset>(9))
            : null;
    }

    /// <summary>In the order of the request.</summary>
    public static async Task<IReadOnlyList<BulkItemRow>> ItemsAsync(
        NpgsqlConnection connection, Guid id, BulkItemState? state, int after, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select item_no, key, version, part, state, new_version, refusal::text
            from bulk_act_item
            where bulk_act_id = $1 and item_no > $2 {(state is { } only ? $"and state = '{Word(only)}'" : "")}
            order by item_no
            limit $3
            """,
            connection);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = limit });
        var rows = new List<BulkItemRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new(
                new(reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2), reader.GetInt32(3)),
                Enum.Parse<BulkItemState>(reader.GetString(4), ignoreCase: true), reader.IsDBNull(5) ? null : reader.GetInt32(5),
                reader.IsDBNull(6) ? null : JsonSerializer.Deserialize<Refusal>(reader.GetString(6), PlatformJson.Options)));
        }

        return rows;
    }

    /// <summary>Writes outcomes. Of an all-or-nothing act that was refused, the accepted ones go on waiting for ever.</summary>
    public static async Task SaveAsync(
        NpgsqlConnection connection, Guid id, IReadOnlyList<BulkOutcome> outcomes, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with changed as (
                update bulk_act_item i
                set state = case when o.refusal is null then 'done' else 'refused' end,
                    new_version = case when o.refusal is null then o.version end, refusal = o.refusal::jsonb
                from unnest($2, $3, $4) as o (item_no, version, refusal)
                where i.bulk_act_id = $1 and i.item_no = o.item_no and i.state = 'waiting'
                returning i.state
            )
            update bulk_act
            set done = done + (select count(*) from changed where state = 'done'),
                refused = refused + (select count(*) from changed where state = 'refused')
            where bulk_act_id = $1
            """,
            connection);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = outcomes.Select(o => o.ItemNo).ToArray() });
        command.Parameters.Add(new() { Value = outcomes.Select(o => o.Version).ToArray() });
        command.Parameters.Add(new()
        {
            Value = outcomes.Select(o => o.Refusal is null ? null : JsonSerializer.Serialize(o.Refusal, PlatformJson.Options)).ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
        });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>An act that ended stays as it ended.</summary>
    public static async Task EndAsync(NpgsqlConnection connection, Guid id, BulkActState state, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "update bulk_act set state = $2, ended_at = $3 where bulk_act_id = $1 and state = 'running'", connection);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = Word(state) });
        command.Parameters.Add(new() { Value = nowUtc });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
