using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Platform.Jobs;

/// <summary>
/// The table that says which job is due for which business date, who does it and how far it is. It is right whoever works: a tick loop,
/// Hangfire, two processes at once. Leases run by the database's clock; only the pace of repetitions by the process's.
/// </summary>
public sealed partial class JobLedger(NpgsqlDataSource dataSource, TimeProvider clock)
{
    private const string Columns =
        """
        job, business_date, shard, shards, asks, run, state, due_at, attempts, failures, owner, lease_until, token, done, total, error,
        asked_by, asked_at, asked_why, started_at, ended_at
        """;

    /// <summary>
    /// Told after each commit by which a person or the calendar made shards due, so that a scheduler need not wait for its next look. It only
    /// hurries: what is due stands in the table.
    /// </summary>
    public Action? BecameDue { get; set; }

    /// <summary>The shards of one date in order; none when it was never asked for.</summary>
    public async Task<IReadOnlyList<JobShard>> ShardsAsync(string job, DateOnly date, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await ShardsAsync(connection, job, date, "", cancellationToken);
    }

    /// <summary>Newest business dates first.</summary>
    /// <param name="after">The last row already seen.</param>
    public async Task<IReadOnlyList<JobShard>> PageAsync(
        string? job, DateOnly? date, JobState? state, (DateOnly Date, string Job, int Shard)? after, int rows, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            $"""
            select {Columns}
            from job_shard
            where ($1 is null or job = $1) and ($2 is null or business_date = $2) and ($3 is null or state = $3)
              and ($4 is null or business_date < $4 or (business_date = $4 and (job, shard) > ($5, $6)))
            order by business_date desc, job, shard
            limit $7
            """);
        command.Parameters.Add(Nullable(job, NpgsqlDbType.Text));
        command.Parameters.Add(Nullable(date, NpgsqlDbType.Date));
        command.Parameters.Add(Nullable(state is { } known ? Word(known) : null, NpgsqlDbType.Text));
        command.Parameters.Add(Nullable(after?.Date, NpgsqlDbType.Date));
        command.Parameters.Add(Nullable(after?.Job, NpgsqlDbType.Text));
        command.Parameters.Add(Nullable(after?.Shard, NpgsqlDbType.Integer));
        command.Parameters.Add(new() { Value = rows });
        return await ReadAsync(command, cancellationToken);
    }

    private static async Task<IReadOnlyList<JobShard>> ShardsAsync(
        NpgsqlConnection connection, string job, DateOnly date, string locking, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select {Columns} from job_shard where job = $1 and business_date = $2 order by shard {locking}", connection);
        command.Parameters.Add(new() { Value = job });
        command.Parameters.Add(new() { Value = date });
        return await ReadAsync(command, cancellationToken);
    }

    private static async Task<IReadOnlyList<JobShard>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var shards = new List<JobShard>();
        while (await reader.ReadAsync(cancellationToken))
        {
            shards.Add(new(
                reader.GetString(0), reader.GetFieldValue<DateOnly>(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4),
                reader.GetInt32(5), Enum.Parse<JobState>(reader.GetString(6), ignoreCase: true), At(reader, 7)!.Value, reader.GetInt32(8),
                reader.GetInt32(9), Text(reader, 10), At(reader, 11), reader.GetInt64(12), reader.GetInt64(13),
                reader.IsDBNull(14) ? null : reader.GetInt64(14), Text(reader, 15), reader.GetString(16), At(reader, 17)!.Value,
                Text(reader, 18), At(reader, 19), At(reader, 20)));
        }

        return shards;
    }

    private static DateTimeOffset? At(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : new DateTimeOffset(reader.GetDateTime(column), TimeSpan.Zero);

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static NpgsqlParameter Nullable(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    private static string Word(JobState state) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(state.ToString());

    private DateTime Now => clock.GetUtcNow().UtcDateTime;
}
