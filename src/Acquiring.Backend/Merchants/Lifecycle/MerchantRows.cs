using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Core.Merchants;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Merchants.Lifecycle;

/// <summary>A merchant as it lies in the database, locked until the transaction ends.</summary>
internal sealed record StoredMerchant(int MerchantId, int Version, MerchantStanding Standing);

/// <summary>The rows of a merchant's standing: its own, its steps, its holds.</summary>
internal static class MerchantRows
{
    /// <summary>In the order that <see cref="ReadHold"/> reads.</summary>
    public const string HoldColumns = "hold_no, scopes, why, cure, set_by, set_at";

    public static MerchantHold ReadHold(NpgsqlDataReader reader, int from) => new(
        reader.GetInt32(from),
        [.. reader.GetFieldValue<string[]>(from + 1).Select(Enum<RestrictionScope>)],
        reader.GetString(from + 2), reader.GetString(from + 3), reader.GetString(from + 4),
        new DateTimeOffset(reader.GetDateTime(from + 5)));

    public static MerchantState StateOf(string word) => Enum<MerchantState>(word);

    /// <summary>Of all merchants that have any.</summary>
    public static async Task<Dictionary<int, List<MerchantHold>>> OpenHoldsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select {HoldColumns}, merchant_id from merchant_hold where lifted_in is null order by merchant_id, hold_no", connection);
        var holds = new Dictionary<int, List<MerchantHold>>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var merchantId = reader.GetInt32(6);
            if (!holds.TryGetValue(merchantId, out var open))
            {
                holds.Add(merchantId, open = new(1));
            }

            open.Add(ReadHold(reader, 0));
        }

        return holds;
    }

    public static async Task<StoredMerchant?> LockAsync(NpgsqlConnection connection, string merchantNo, CancellationToken cancellationToken)
    {
        int merchantId, version;
        MerchantState state;
        await using (var command = new NpgsqlCommand("select merchant_id, version, state from merchant where merchant_no = $1 for update", connection))
        {
            command.Parameters.Add(new() { Value = merchantNo });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }

            (merchantId, version, state) = (reader.GetInt32(0), reader.GetInt32(1), StateOf(reader.GetString(2)));
        }

        await using var open = new NpgsqlCommand(
            $"select {HoldColumns} from merchant_hold where merchant_id = $1 and lifted_in is null order by hold_no", connection);
        open.Parameters.Add(new() { Value = merchantId });
        var holds = new List<MerchantHold>();
        await using var rows = await open.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            holds.Add(ReadHold(rows, 0));
        }

        return new(merchantId, version, new(state, holds));
    }

    public static async Task SaveAsync(
        NpgsqlConnection connection, StoredMerchant before, MerchantStanding after, MerchantStep step, int version, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, "update merchant set state = $2, version = $3, changed_at = $4 where merchant_id = $1",
            before.MerchantId, MerchantRefusals.Word(after.State), version, nowUtc);
        var insert = Add(batch,
            """
            insert into merchant_step (merchant_id, version, act, from_state, to_state, why, actor, at, details)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            before.MerchantId, version, MerchantRefusals.Word(step.Act), MerchantRefusals.Word(before.Standing.State),
            MerchantRefusals.Word(after.State), step.Why, step.Actor, nowUtc);
        insert.Parameters.Add(new() { Value = Details(step), NpgsqlDbType = NpgsqlDbType.Jsonb });
        foreach (var hold in after.Holds.Where(h => h.HoldNo == version))
        {
            Add(batch,
                "insert into merchant_hold (merchant_id, hold_no, scopes, why, cure, set_by, set_at) values ($1, $2, $3, $4, $5, $6, $7)",
                before.MerchantId, hold.HoldNo, hold.Scopes.Select(MerchantRefusals.Word).ToArray(), hold.Why, hold.Cure, hold.SetBy,
                hold.SetAt.UtcDateTime);
        }

        foreach (var lifted in before.Standing.Holds.Select(h => h.HoldNo).Except(after.Holds.Select(h => h.HoldNo)))
        {
            Add(batch, "update merchant_hold set lifted_in = $3 where merchant_id = $1 and hold_no = $2", before.MerchantId, lifted, version);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    public static string Details(MerchantStep step) => JsonSerializer.Serialize(
        step.Act switch
        {
            MerchantAct.Restrict => new { step.Scopes, step.Cure },
            MerchantAct.Suspend => new { step.Cure },
            MerchantAct.Lift => new { hold = step.HoldNo },
            _ => (object)new { },
        },
        PlatformJson.Options);

    private static T Enum<T>(string word)
        where T : struct, Enum => System.Enum.Parse<T>(word, ignoreCase: true);

    private static NpgsqlBatchCommand Add(NpgsqlBatch batch, string sql, params IReadOnlyList<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        batch.BatchCommands.Add(command);
        return command;
    }
}
