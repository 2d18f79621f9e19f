using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Journal;

/// <summary>
/// Counts the commits that gave a transaction date rows or lines in suspense. Read and advanced under the ingest lock, so a memory of
/// what a date holds (<see cref="Judging.PostedSlots"/>) is whole exactly when it carries the present count.
/// </summary>
internal static class JournalDates
{
    public static async Task<Dictionary<DateOnly, long>> GenerationsAsync(
        NpgsqlConnection connection, IReadOnlyCollection<DateOnly> dates, CancellationToken cancellationToken)
    {
        var generations = dates.ToDictionary(d => d, _ => 0L);
        await using var command = new NpgsqlCommand(
            "select transaction_date, generation from journal_date where transaction_date = any($1)", connection);
        command.Parameters.Add(new() { Value = dates.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            generations[reader.GetFieldValue<DateOnly>(0)] = reader.GetInt64(1);
        }

        return generations;
    }

    /// <summary>A withdrawal takes lines back: what was found live on these dates may be so no more.</summary>
    public static async Task AdvanceForFileAsync(NpgsqlConnection connection, int fileId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            update journal_date d set generation = generation + 1
            from (select min(first_transaction_date) as first, max(last_transaction_date) as last from clearing_chunk where file_id = $1) f
            where d.transaction_date between f.first and f.last
            """,
            connection);
        command.Parameters.Add(new() { Value = fileId });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task AdvanceAsync(NpgsqlConnection connection, IEnumerable<DateOnly> dates, CancellationToken cancellationToken)
    {
        var ordered = dates.Distinct().Order().ToArray();
        if (ordered.Length == 0)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Advance(ordered) } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The same as one of several commands. The dates are distinct and in order.</summary>
    public static NpgsqlBatchCommand Advance(IReadOnlyList<DateOnly> ordered) =>
        new(
            """
            insert into journal_date (transaction_date, generation) select d, 1 from unnest($1) d
            on conflict on constraint journal_date_pk do update set generation = journal_date.generation + 1
            """)
        {
            Parameters = { new() { Value = ordered.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date } },
        };
}
