using System.Text.Json;
using Acquiring.Backend.Merchants.Blacklist;
using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Backend.Platform;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Merchants.Bulk;

/// <summary>One merchant before and after its step.</summary>
internal sealed record BulkMerchantChange(string MerchantNo, StoredMerchant Before, MerchantStanding After, MerchantStep Step, int Version);

/// <summary>The rows of many merchants' standings at once, as <see cref="MerchantRows"/> has one's.</summary>
internal static class BulkMerchantRows
{
    /// <param name="locked">Until the transaction ends, in the order of their keys.</param>
    public static async Task<IReadOnlyDictionary<string, StoredMerchant>> LoadAsync(
        NpgsqlConnection connection, string[] numbers, bool locked, CancellationToken cancellationToken)
    {
        var found = new List<(string No, int Id, int Version, MerchantState State)>();
        await using (var command = new NpgsqlCommand(
            $"""
            select merchant_no, merchant_id, version, state from merchant where merchant_no = any($1)
            order by merchant_id
            {(locked ? "for update" : "")}
            """,
            connection))
        {
            command.Parameters.Add(new() { Value = numbers });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                found.Add((reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), MerchantRows.StateOf(reader.GetString(3))));
            }
        }

        var holds = new Dictionary<int, List<MerchantHold>>();
        await using var open = new NpgsqlCommand(
            $"""
            select {MerchantRows.HoldColumns}, merchant_id
            from merchant_hold
            where merchant_id = any($1) and lifted_in is null
            order by merchant_id, hold_no
            """,
            connection);
        open.Parameters.Add(new() { Value = found.Select(f => f.Id).ToArray() });
        await using var rows = await open.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var id = rows.GetInt32(6);
            if (!holds.TryGetValue(id, out var of))
            {
                holds.Add(id, of = []);
            }

            of.Add(MerchantRows.ReadHold(rows, 0));
        }

        return found.ToDictionary(
            f => f.No, f => new StoredMerchant(f.Id, f.Version, new(f.State, holds.GetValueOrDefault(f.Id, []))), StringComparer.Ordinal);
    }

    public static async Task SaveAsync(
        NpgsqlConnection connection, IReadOnlyList<BulkMerchantChange> taken, DateTime nowUtc, CancellationToken cancellationToken)
    {
        var ids = taken.Select(t => t.Before.MerchantId).ToArray();
        var versions = taken.Select(t => t.Version).ToArray();
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        Add(batch,
            """
            update merchant m set state = u.state, version = u.version, changed_at = $4
            from unnest($1, $2, $3) as u (merchant_id, state, version)
            where m.merchant_id = u.merchant_id
            """,
            ids, taken.Select(t => MerchantRefusals.Word(t.After.State)).ToArray(), versions, nowUtc);
        Add(batch,
            """
            insert into merchant_step (merchant_id, version, act, from_state, to_state, why, details, actor, at)
            select merchant_id, version, $3, from_state, to_state, $4, details::jsonb, $5, $6
            from unnest($1, $2, $7, $8, $9) as u (merchant_id, version, from_state, to_state, details)
            """,
            ids, versions, MerchantRefusals.Word(taken[0].Step.Act), taken[0].Step.Why, taken[0].Step.Actor, nowUtc,
            taken.Select(t => MerchantRefusals.Word(t.Before.Standing.State)).ToArray(), taken.Select(t => MerchantRefusals.Word(t.After.State)).ToArray(),
            taken.Select(t => MerchantRows.Details(t.Step)).ToArray());
        if (taken.Where(t => t.After.Holds.Any(h => h.HoldNo == t.Version)).ToList() is { Count: > 0 } held)
        {
            var hold = held[0].After.Holds.Single(h => h.HoldNo == held[0].Version);
            Add(batch,
                """
                insert into merchant_hold (merchant_id, hold_no, scopes, why, cure, set_by, set_at)
                select merchant_id, hold_no, $3, $4, $5, $6, $7 from unnest($1, $2) as u (merchant_id, hold_no)
                """,
                held.Select(t => t.Before.MerchantId).ToArray(), held.Select(t => t.Version).ToArray(),
                hold.Scopes.Select(MerchantRefusals.Word).ToArray(), hold.Why, hold.Cure, hold.SetBy, nowUtc);
        }

        var lifted = taken
            .SelectMany(t => t.Before.Standing.Holds.Select(h => h.HoldNo).Except(t.After.Holds.Select(h => h.HoldNo)).Select(h => (Change: t, Hold: h)))
            .ToList();
        if (lifted.Count > 0)
        {
            Add(batch,
                """
                update merchant_hold h set lifted_in = u.version
                from unnest($1, $2, $3) as u (merchant_id, hold_no, version)
                where h.merchant_id = u.merchant_id and h.hold_no = u.hold_no
                """,
                lifted.Select(l => l.Change.Before.MerchantId).ToArray(), lifted.Select(l => l.Hold).ToArray(), lifted.Select(l => l.Change.Version).ToArray());
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Each merchant's event, as its act alone would write it.</summary>
    public static async Task TellAsync(
        NpgsqlConnection connection, IReadOnlyList<BulkMerchantChange> taken, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into outbox_event (type, object_key, object_version, payload, at)
            select $1, object_key, version, payload::jsonb, $2 from unnest($3, $4, $5) as u (object_key, version, payload)
            """,
            connection);
        command.Parameters.Add(new() { Value = $"merchant.{MerchantRefusals.Word(taken[0].Step.Act)}" });
        command.Parameters.Add(new() { Value = nowUtc });
        command.Parameters.Add(new() { Value = taken.Select(t => t.MerchantNo).ToArray() });
        command.Parameters.Add(new() { Value = taken.Select(t => t.Version).ToArray() });
        command.Parameters.Add(new()
        {
            Value = taken.Select(t => JsonSerializer.Serialize(
                new { merchantNo = t.MerchantNo, version = t.Version, t.After.State, t.Step.Why, t.Step.Actor }, PlatformJson.Options)).ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
        });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Those of them that have a machine.</summary>
    public static async Task<IReadOnlySet<int>> HoldersAsync(NpgsqlConnection connection, int[] merchantIds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select distinct merchant_id from terminal_binding where merchant_id = any($1) and valid_to = 'infinity'", connection);
        command.Parameters.Add(new() { Value = merchantIds });
        var holders = new HashSet<int>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            holders.Add(reader.GetInt32(0));
        }

        return holders;
    }

    /// <summary>Why those of them with an open case of the blacklist are not lifted.</summary>
    public static async Task<Dictionary<int, Refusal>> BlacklistedAsync(NpgsqlConnection connection, int[] merchantIds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select merchant_id, blacklist_case_id, due_on from blacklist_case where merchant_id = any($1) and state = 'open'", connection);
        command.Parameters.Add(new() { Value = merchantIds });
        var open = new Dictionary<int, Refusal>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            open.Add(reader.GetInt32(0), BlacklistRefusals.CaseOpen(reader.GetInt32(1), reader.GetFieldValue<DateOnly>(2)));
        }

        return open;
    }

    private static void Add(NpgsqlBatch batch, string sql, params IReadOnlyList<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        batch.BatchCommands.Add(command);
    }
}
