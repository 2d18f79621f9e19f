using Npgsql;

namespace Acquiring.Backend.Transactions.Judging;

/// <summary>
/// A transaction for reading all rows of a date. A partition is new when it is busiest, so the planner knows little of it and would follow
/// the key from row to row: four seconds for a million. In the order of the pages it is one.
/// </summary>
internal static class WholeDate
{
    public static async Task<NpgsqlTransaction> BeginReadingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand("set local enable_indexscan = off; set local enable_nestloop = off", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return transaction;
    }
}
