using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Books;

/// <summary>
/// An invariant stated as queries that find nothing when it holds. A miss query's column <c>miss</c> is the end of the text key; its
/// other columns are the values named in the text.
/// </summary>
/// <param name="countSql">How many rows the invariant is about.</param>
internal sealed class SqlCheck(string code, string countSql, params IReadOnlyList<string> missSql) : IBookCheck
{
    public string Code => code;

    public async Task<CheckOutcome> RunAsync(BookSnapshot books, CancellationToken cancellationToken)
    {
        var misses = new List<BookMiss>();
        foreach (var sql in missSql)
        {
            await AddMissesAsync(books.Connection, sql, misses, cancellationToken);
        }

        await using var count = new NpgsqlCommand(countSql, books.Connection);
        return new((long)(await count.ExecuteScalarAsync(cancellationToken))!, misses);
    }

    private async Task AddMissesAsync(NpgsqlConnection connection, string sql, List<BookMiss> misses, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select * from ({sql}) m limit {CheckOutcome.MissesMax - misses.Count}", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var details = new List<Detail>();
            for (var i = 1; i < reader.FieldCount; i++)
            {
                details.Add(new(reader.GetName(i), reader.IsDBNull(i) ? "-" : Text(reader.GetValue(i))));
            }

            misses.Add(new($"{code}.{reader.GetString(0)}", details));
        }
    }

    private static string Text(object value) => value is DateOnly date ? date.ToString("yyyy-MM-dd") : $"{value}";
}
