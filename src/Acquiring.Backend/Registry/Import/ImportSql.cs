using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Registry.Import;

/// <summary>The dates an import writes. Instants are UTC.</summary>
/// <param name="PricesFrom">The first date of a changed price.</param>
/// <param name="HoldersFrom">When changed holders begin, where the request says so.</param>
/// <param name="TodayFrom">00:00 of the business date today.</param>
internal sealed record ImportDates(DateTime Now, DateOnly PricesFrom, DateTime? HoldersFrom, DateTime TodayFrom);

/// <summary>
/// Runs one import's statements. Each may name the dates: <c>@now</c>, <c>@prices_from</c>, <c>@holders_from</c>, <c>@today_from</c>.
/// </summary>
internal sealed class ImportSql(NpgsqlConnection connection, ImportDates dates)
{
    /// <summary>A statement over a million rows on a small machine.</summary>
    public const int TimeoutSeconds = 900;

    public NpgsqlConnection Connection => connection;

    public NpgsqlCommand Command(string sql)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = TimeoutSeconds };
        Add("now", NpgsqlDbType.TimestampTz, dates.Now);
        Add("prices_from", NpgsqlDbType.Date, dates.PricesFrom);
        Add("holders_from", NpgsqlDbType.TimestampTz, dates.HoldersFrom);
        Add("today_from", NpgsqlDbType.TimestampTz, dates.TodayFrom);
        return command;

        void Add(string name, NpgsqlDbType type, object? value)
        {
            if (sql.Contains($"@{name}", StringComparison.Ordinal))
            {
                command.Parameters.Add(new NpgsqlParameter(name, type) { Value = value ?? DBNull.Value });
            }
        }
    }

    public async Task<int> RunAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(sql);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<int> CountAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(sql);
        return checked((int)(long)(await command.ExecuteScalarAsync(cancellationToken))!);
    }
}
