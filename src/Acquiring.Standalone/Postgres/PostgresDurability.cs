using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Standalone.Postgres;

/// <summary>A server that may lose what it confirmed is no place for money: asked at each start, of our own server and of a given one.</summary>
public static class PostgresDurability
{
    /// <exception cref="RefusedException"><c>postgres.not-durable</c>, naming each setting that is not as it must be.</exception>
    public static async Task AssertAsync(NpgsqlDataSource database, CancellationToken cancellationToken = default)
    {
        const string sql =
            """
            select name || ' = ' || setting
            from pg_settings
            where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off'
            order by name
            """;
        var wrong = new List<string>();
        await using var command = database.CreateCommand(sql);
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                wrong.Add(reader.GetString(0));
            }
        }

        if (wrong.Count > 0)
        {
            throw PostgresRefusals.NotDurable(string.Join(", ", wrong));
        }
    }
}
