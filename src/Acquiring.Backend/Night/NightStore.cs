using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Night;

/// <summary>The nights that were asked for.</summary>
internal sealed class NightStore(NpgsqlDataSource database)
{
    private const string Columns = "business_date, insist, asked_by, asked_at, asked_why";

    public async Task<NightRun?> FindAsync(DateOnly date, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, date, cancellationToken);
    }

    public static async Task<NightRun?> FindAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select {Columns} from night_run where business_date = $1", connection);
        command.Parameters.Add(new() { Value = date });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <summary>Newest first.</summary>
    /// <param name="before">The last date already seen.</param>
    public async Task<IReadOnlyList<NightRun>> PageAsync(DateOnly? before, int rows, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from night_run where $1 is null or business_date < $1 order by business_date desc limit $2");
        command.Parameters.Add(new() { Value = (object?)before ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date });
        command.Parameters.Add(new() { Value = rows });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var nights = new List<NightRun>();
        while (await reader.ReadAsync(cancellationToken))
        {
            nights.Add(Read(reader));
        }

        return nights;
    }

    public static async Task<(DateOnly First, DateOnly Last)?> RangeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select min(business_date), max(business_date) from night_run", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) && !reader.IsDBNull(0)
            ? (reader.GetFieldValue<DateOnly>(0), reader.GetFieldValue<DateOnly>(1))
            : null;
    }

    private static NightRun Read(NpgsqlDataReader reader) => new(
        reader.GetFieldValue<DateOnly>(0), reader.GetBoolean(1), reader.GetString(2), new DateTimeOffset(reader.GetDateTime(3), TimeSpan.Zero),
        reader.IsDBNull(4) ? null : reader.GetString(4));
}
