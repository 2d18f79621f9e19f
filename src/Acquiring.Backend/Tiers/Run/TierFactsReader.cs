using Acquiring.Backend.Merchants.Attributes;
using Acquiring.Core.Pricing;
using Acquiring.Core.Tiers;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Tiers.Run;

/// <summary>Merchants by id: from the first, below the end, and of these only some where <paramref name="Only"/> names them.</summary>
internal sealed record MerchantRange(int From, int End, int[]? Only)
{
    public void Bind(NpgsqlParameterCollection parameters)
    {
        parameters.Add(new() { Value = From });
        parameters.Add(new() { Value = End });
        parameters.Add(new() { Value = (object?)Only ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
    }

    /// <summary>Said of a column; two texts, so that the planner sees no condition where there is none.</summary>
    public string Is(string column) => $"{column} >= $1 and {column} < $2 and {(Only is null ? "$3::integer[] is null" : $"{column} = any($3)")}";
}

/// <summary>What the tiers of merchants hang on, on a date, as known now: one round trip for a range.</summary>
internal static class TierFactsReader
{
    /// <summary>In the order of the ids.</summary>
    public static async Task<List<(int MerchantId, TierFacts Facts)>> ReadAsync(
        NpgsqlConnection connection, MerchantRange range, DateOnly on, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"select merchant_id, effective_from, mcc, mcc_before from merchant_mcc where {range.Is("merchant_id")} order by merchant_id, decision_no"),
                new($"""
                    select merchant_id, attribute_no, attribute, value, valid_to from merchant_attribute
                    where {range.Is("merchant_id")} and ended_in is null and valid_from <= $4 and $4 < valid_to
                    order by merchant_id, attribute_no
                    """),
                new($"""
                    select b.merchant_id, b.group_code, g.kind = 'named' from merchant_group_member b join merchant_group g using (group_code)
                    where {range.Is("b.merchant_id")} and not b.voided and b.valid_from <= $4 and $4 < b.valid_to
                    order by b.merchant_id, b.group_code collate "C"
                    """),
                new($"select merchant_id, mcc, township from merchant where {range.Is("merchant_id")} order by merchant_id"),
            },
        };
        foreach (NpgsqlBatchCommand command in batch.BatchCommands)
        {
            range.Bind(command.Parameters);
        }

        batch.BatchCommands[1].Parameters.Add(new() { Value = on });
        batch.BatchCommands[2].Parameters.Add(new() { Value = on });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var mccs = await MccsAsync(reader, on, cancellationToken);
        var attributes = await GatherAsync(
            reader, r => new TierAttributeFact(r.GetInt32(1), AttributeRows.AttributeOf(r.GetString(2)), r.GetString(3), EndOf(r, 4)), cancellationToken);
        var groups = await GatherAsync(reader, r => new TierGroupFact(r.GetString(1), r.GetBoolean(2)), cancellationToken);
        var facts = new List<(int, TierFacts)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = reader.GetInt32(0);
            facts.Add((id, new(
                mccs.TryGetValue(id, out var mcc) ? mcc : reader.GetString(1), reader.GetString(2),
                attributes.TryGetValue(id, out var a) ? a : [], groups.TryGetValue(id, out var g) ? g : [])));
        }

        return facts;
    }

    /// <summary>The MCC in force, of the few that ever changed theirs.</summary>
    private static async Task<Dictionary<int, string>> MccsAsync(NpgsqlDataReader reader, DateOnly on, CancellationToken cancellationToken)
    {
        var found = new Dictionary<int, string>();
        var (present, first, changes) = (0, "", new List<DatedMcc>());
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = reader.GetInt32(0);
            if (id != present)
            {
                Keep();
                (present, first) = (id, reader.GetString(3));
                changes.Clear();
            }

            var change = new DatedMcc(reader.GetFieldValue<DateOnly>(1), reader.GetString(2));
            changes.RemoveAll(c => c.From >= change.From);
            changes.Add(change);
        }

        Keep();
        await reader.NextResultAsync(cancellationToken);
        return found;

        void Keep()
        {
            if (present != 0)
            {
                found.Add(present, new MccHistory(first, changes).On(on));
            }
        }
    }

    private static async Task<Dictionary<int, List<T>>> GatherAsync<T>(
        NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var found = new Dictionary<int, List<T>>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = reader.GetInt32(0);
            if (!found.TryGetValue(id, out var list))
            {
                found.Add(id, list = []);
            }

            list.Add(read(reader));
        }

        await reader.NextResultAsync(cancellationToken);
        return found;
    }

    private static DateOnly? EndOf(NpgsqlDataReader reader, int column) =>
        reader.GetFieldValue<DateOnly>(column) is var end && end == DateOnly.MaxValue ? null : end;
}
