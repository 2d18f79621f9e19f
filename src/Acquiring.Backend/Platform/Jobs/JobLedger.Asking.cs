using Acquiring.Core.Refusals;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Platform.Jobs;

/// <summary>What asking, cancelling or having run again changed.</summary>
/// <param name="Changed">Whether this request changed something; a repetition does not.</param>
/// <param name="Shards">The shards as they stand now.</param>
public sealed record JobAnswer(bool Changed, IReadOnlyList<JobShard> Shards);

// What people and triggers say: do it, do not, do it again. Each with its audit row, in one transaction.
public sealed partial class JobLedger
{
    /// <summary>Asks for a date. Asked for before, whatever became of it, nothing changes: the answer says how it stands.</summary>
    /// <param name="shards">1 to <see cref="JobLimits.ShardsMax"/>.</param>
    public async Task<JobAnswer> AskAsync(string job, DateOnly date, int shards, string by, string? why, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var answer = await AskAsync(connection, transaction, job, date, shards, place: null, by, why, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (answer.Changed)
        {
            BecameDue?.Invoke();
        }

        return answer;
    }

    /// <summary>As part of what the caller commits; it says <see cref="BecameDue"/> afterwards.</summary>
    /// <param name="place">Where it stands in a chain; <c>null</c> for a job of its own.</param>
    internal async Task<JobAnswer> AskAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string job, DateOnly date, int shards, JobPlace? place, string by, string? why,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shards, JobLimits.ShardsMax);
        // Shard 0 first: of two who ask at once with other numbers of shards, one inserts all.
        await using var command = new NpgsqlCommand(
            """
            with first as (
                insert into job_shard (job, business_date, shard, shards, due_at, asked_by, asked_at, asked_why, chain, step)
                values ($1, $2, 0, $3, $4, $5, $4, $6, $7, $8)
                on conflict on constraint job_shard_pk do nothing
                returning 1
            ), others as (
                insert into job_shard (job, business_date, shard, shards, due_at, asked_by, asked_at, asked_why, chain, step)
                select $1, $2, s, $3, $4, $5, $4, $6, $7, $8 from generate_series(1, $3 - 1) s where exists (select from first)
            )
            select exists (select from first)
            """,
            connection, transaction);
        command.Parameters.Add(new() { Value = job });
        command.Parameters.Add(new() { Value = date });
        command.Parameters.Add(new() { Value = shards });
        command.Parameters.Add(new() { Value = Now });
        command.Parameters.Add(new() { Value = by });
        command.Parameters.Add(Nullable(why, NpgsqlDbType.Text));
        command.Parameters.Add(Nullable(place?.Chain, NpgsqlDbType.Text));
        command.Parameters.Add(Nullable((short?)place?.Step, NpgsqlDbType.Smallint));
        var asked = (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
        var rows = await ShardsAsync(connection, job, date, "", cancellationToken);
        if (asked)
        {
            await AuditAsync(connection, transaction, by, "job.ask", job, date, new { shards, why }, cancellationToken);
        }

        return new(asked, rows);
    }

    /// <summary>Those of the dates that nobody asked for, oldest first, at most <see cref="JobLimits.CatchUpDatesMax"/>.</summary>
    public static async Task<IReadOnlyList<DateOnly>> NotAskedAsync(
        NpgsqlConnection connection, string job, DateRange dates, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select d::date
            from generate_series($2::timestamp, $3::timestamp, '1 day') d
            where not exists (select from job_shard s where s.job = $1 and s.business_date = d::date)
            order by d
            limit $4
            """,
            connection);
        command.Parameters.Add(new() { Value = job });
        command.Parameters.Add(new() { Value = dates.First, NpgsqlDbType = NpgsqlDbType.Date });
        command.Parameters.Add(new() { Value = dates.Last, NpgsqlDbType = NpgsqlDbType.Date });
        command.Parameters.Add(new() { Value = JobLimits.CatchUpDatesMax });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var missing = new List<DateOnly>();
        while (await reader.ReadAsync(cancellationToken))
        {
            missing.Add(reader.GetFieldValue<DateOnly>(0));
        }

        return missing;
    }

    /// <summary>
    /// What is not ended is not done. Who does it learns of it at the next renewal and can write nothing from now on. Refuses
    /// <c>jobs.not-asked</c>; <c>jobs.ended</c> when nothing is left to cancel. A repetition changes nothing.
    /// </summary>
    public async Task<Result<JobAnswer>> CancelAsync(string job, DateOnly date, string by, string? why, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var rows = await ShardsAsync(connection, job, date, "for update", cancellationToken);
        var open = rows.Count(r => r.State is JobState.Due or JobState.Running or JobState.Failed);
        if (open == 0)
        {
            return rows.Count == 0 ? JobRefusals.NotAsked(job, date)
                : rows.Any(r => r.State == JobState.Cancelled) ? new JobAnswer(false, rows)
                : JobRefusals.Ended(job, date);
        }

        await using var command = new NpgsqlCommand(
            """
            update job_shard
            set state = 'cancelled', ended_at = $3, owner = null, lease_until = null
            where job = $1 and business_date = $2 and state in ('due', 'running', 'failed')
            """,
            connection, transaction);
        command.Parameters.Add(new() { Value = job });
        command.Parameters.Add(new() { Value = date });
        command.Parameters.Add(new() { Value = Now });
        await command.ExecuteNonQueryAsync(cancellationToken);
        await AuditAsync(connection, transaction, by, "job.cancel", job, date, new { shards = open, why }, cancellationToken);
        rows = await ShardsAsync(connection, job, date, "", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        // The later dates of the job, which waited for this one.
        BecameDue?.Invoke();
        return new JobAnswer(true, rows);
    }

    /// <summary>
    /// Makes an ended date due again. Failed and cancelled shards go on from their checkpoint; when all are done, all begin anew.
    /// Refuses <c>jobs.not-asked</c>; <c>jobs.open</c> when there is nothing to repeat because it is due or running.
    /// </summary>
    /// <param name="seenAsks">The <see cref="JobShard.Asks"/> that was seen; when there is a later one, nothing changes.</param>
    /// <param name="fromStart">Forgets checkpoints, and repeats the done shards too.</param>
    public async Task<Result<JobAnswer>> RerunAsync(
        string job, DateOnly date, string by, string why, int? seenAsks, bool fromStart, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var rows = await ShardsAsync(connection, job, date, "for update", cancellationToken);
        if (rows.Count == 0)
        {
            return JobRefusals.NotAsked(job, date);
        }

        var asks = rows.Max(r => r.Asks);
        if (seenAsks < asks)
        {
            return new JobAnswer(false, rows);
        }

        var stopped = rows.Where(r => r.State is JobState.Failed or JobState.Cancelled).Select(r => r.Shard).ToArray();
        var allEnded = rows.All(r => r.EndedAt is not null);
        var again = allEnded && (fromStart || stopped.Length == 0) ? [.. rows.Select(r => r.Shard)] : stopped;
        if (again.Length == 0 || (fromStart && !allEnded))
        {
            return JobRefusals.Open(job, date);
        }

        var anew = fromStart || stopped.Length == 0;
        await using var command = new NpgsqlCommand(
            """
            update job_shard
            set state = 'due', asks = $8, run = case when $7 then run + 1 else run end, due_at = $4, asked_by = $5, asked_at = $4, asked_why = $6, attempts = 0, failures = 0,
                error = null, ended_at = null, started_at = null,
                checkpoint = case when $7 then null else checkpoint end,
                done = case when $7 then 0 else done end, total = case when $7 then null else total end
            where job = $1 and business_date = $2 and shard = any($3)
            """,
            connection, transaction);
        command.Parameters.Add(new() { Value = job });
        command.Parameters.Add(new() { Value = date });
        command.Parameters.Add(new() { Value = again });
        command.Parameters.Add(new() { Value = Now });
        command.Parameters.Add(new() { Value = by });
        command.Parameters.Add(new() { Value = why });
        command.Parameters.Add(new() { Value = anew });
        command.Parameters.Add(new() { Value = asks + 1 });
        await command.ExecuteNonQueryAsync(cancellationToken);
        await AuditAsync(connection, transaction, by, "job.rerun", job, date, new { shards = again.Length, anew, why }, cancellationToken);
        rows = await ShardsAsync(connection, job, date, "", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        BecameDue?.Invoke();
        return new JobAnswer(true, rows);
    }

    private Task AuditAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string by, string act, string job, DateOnly date, object details,
        CancellationToken cancellationToken) =>
        AuditLog.AppendAsync(connection, transaction, clock, by, act, $"{job} {date:yyyy-MM-dd}", details, cancellationToken);
}
