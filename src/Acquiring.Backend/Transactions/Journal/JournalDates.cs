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

    public static async Task AdvanceAsync(NpgsqlConnection connection, IEnumerable<DateOnly> dates, CancellationToken cancellationToken)
    {
        var ordered = dates.Distinct().Order().ToArray();
        if (ordered.Length == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(
            """
            insert into journal_date (transaction_date, generation) select d, 1 from unnest($1) d
            on conflict on constraint journal_date_pk do update set generation = journal_date.generation + 1
            """,
            connection);
        command.Parameters.Add(new() { Value = ordered, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
