using Npgsql;

namespace Acquiring.Acceptance.Interrupted.Load;

/// <summary>
/// How often each notice stands in the journal. Read behind the product's back: the witness of a loss must not be the one who may have
/// lost it.
/// </summary>
internal static class JournalCensus
{
    public static async Task<Dictionary<NoticeKey, int>> TakeAsync(string database, DateOnly date)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(
            """
            select t.terminal_no, j.stan, j.kind, count(*)::int
            from journal j
            join terminal t on t.terminal_id = j.terminal_id
            where j.transaction_date = $1 and j.file_id = 0
            group by 1, 2, 3
            """,
            connection);
        command.Parameters.Add(new() { Value = date });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new Dictionary<NoticeKey, int>();
        while (await reader.ReadAsync())
        {
            rows.Add(new(reader.GetString(0), reader.GetInt32(1), reader.GetInt16(2)), reader.GetInt32(3));
        }

        return rows;
    }

    /// <summary>Commits are confirmed before they are written. The log's writer sleeps long, else it would hide most of the harm.</summary>
    public static async Task MakeForgetfulAsync(string database)
    {
        await using var connection = await OpenAsync(database);
        foreach (var sql in new[]
                 {
                     "alter system set synchronous_commit = off", "alter system set wal_writer_delay = '10s'", "select pg_reload_conf()",
                 })
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        return connection;
    }
}
