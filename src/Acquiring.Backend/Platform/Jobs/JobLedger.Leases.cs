using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Platform.Jobs;

// What workers say. Every write after the claim names the claim's token and is taken only while its lease lasts.
public sealed partial class JobLedger
{
    /// <summary>Binds $1 to $4 to a lease.</summary>
    internal const string HeldSql =
        "job = $1 and business_date = $2 and shard = $3 and token = $4 and state = 'running' and lease_until > clock_timestamp()";

    /// <summary>Of $1, the names of jobs, the shards that a worker may claim at $2; the table is <c>s</c>.</summary>
    private const string ClaimableSql =
        """
        s.job = any($1)
        and (s.state = 'due' and s.due_at <= $2 or s.state = 'running' and s.lease_until <= clock_timestamp())
        and not exists (
            select from job_shard earlier
            where earlier.job = s.job and earlier.business_date < s.business_date and earlier.state in ('due', 'running', 'failed'))
        and not exists (
            select from job_shard earlier
            where earlier.chain = s.chain and (earlier.business_date, earlier.step) < (s.business_date, s.step)
              and earlier.state in ('due', 'running', 'failed'))
        """;

    /// <summary>What a worker would get now, the oldest dates first. It only looks: by the time somebody claims, another may have.</summary>
    /// <param name="jobs">Only these: those this process can do.</param>
    /// <param name="max">At least 1.</param>
    public async Task<IReadOnlyList<(string Job, DateOnly Date, int Shard)>> ClaimableAsync(
        IReadOnlyCollection<string> jobs, int max, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            $"""
            select s.job, s.business_date, s.shard
            from job_shard s
            where {ClaimableSql}
            order by s.business_date, s.job, s.shard
            limit $3
            """);
        command.Parameters.Add(new() { Value = jobs.ToArray() });
        command.Parameters.Add(new() { Value = Now });
        command.Parameters.Add(new() { Value = max });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var shards = new List<(string, DateOnly, int)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            shards.Add((reader.GetString(0), reader.GetFieldValue<DateOnly>(1), reader.GetInt32(2)));
        }

        return shards;
    }

    /// <summary>
    /// Claims one shard that is due, or whose worker's lease ran out, the oldest date first; <c>null</c> when there is none. A date waits
    /// until the earlier dates of its job are done or cancelled; a step of a chain, until all steps before it and all earlier dates of the chain are. Two who ask at once never get the same one.
    /// </summary>
    /// <param name="jobs">Only these: those this process can do.</param>
    /// <param name="owner">Who; for people only.</param>
    /// <param name="date">Only this date.</param>
    /// <param name="shard">Only this shard.</param>
    public async Task<JobLease?> ClaimAsync(
        IReadOnlyCollection<string> jobs, string owner, CancellationToken cancellationToken, DateOnly? date = null, int? shard = null)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await FailTheExhaustedAsync(connection, jobs, cancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            with next as (
                select job, business_date, shard
                from job_shard s
                where {ClaimableSql} and ($4 is null or business_date = $4) and ($5 is null or shard = $5)
                order by business_date, job, shard
                limit 1
                for update skip locked
            )
            update job_shard s
            set state = 'running', token = token + 1, attempts = attempts + 1, owner = $3, lease_until = clock_timestamp() + $6,
                started_at = coalesce(started_at, $2)
            from next
            where (s.job, s.business_date, s.shard) = (next.job, next.business_date, next.shard)
            returning s.job, s.business_date, s.shard, s.shards, s.run, s.token, s.checkpoint::text, s.done, s.total
            """,
            connection);
        command.Parameters.Add(new() { Value = jobs.ToArray() });
        command.Parameters.Add(new() { Value = Now });
        command.Parameters.Add(new() { Value = owner });
        command.Parameters.Add(Nullable(date, NpgsqlDbType.Date));
        command.Parameters.Add(Nullable(shard, NpgsqlDbType.Integer));
        command.Parameters.Add(new() { Value = JobLimits.Lease });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new JobLease(
                reader.GetString(0), reader.GetFieldValue<DateOnly>(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4),
                reader.GetInt64(5), Text(reader, 6), reader.GetInt64(7), reader.IsDBNull(8) ? null : reader.GetInt64(8))
            : null;
    }

    /// <summary>Holds the lease for another <see cref="JobLimits.Lease"/> from now.</summary>
    public Task<LeaseAnswer> RenewAsync(JobLease lease, CancellationToken cancellationToken) =>
        WriteAsync(lease, "lease_until = clock_timestamp() + $5", cancellationToken, new NpgsqlParameter { Value = JobLimits.Lease });

    /// <summary>How far it is, for people; what a shard goes on from is its checkpoint.</summary>
    /// <param name="done">0 to <paramref name="total"/>.</param>
    public Task<LeaseAnswer> ReportAsync(JobLease lease, long done, long? total, CancellationToken cancellationToken) =>
        WriteAsync(lease, "done = $5, total = $6", cancellationToken, new NpgsqlParameter { Value = done }, Nullable(total, NpgsqlDbType.Bigint));

    public async Task<LeaseAnswer> CompleteAsync(JobLease lease, CancellationToken cancellationToken)
    {
        var answer = await WriteAsync(
            lease, "state = 'done', error = null, done = coalesce(total, done), ended_at = $5, owner = null, lease_until = null",
            cancellationToken, new NpgsqlParameter { Value = Now });
        // What waited for it, a later date or the next step of its chain, may be due now.
        BecameDue?.Invoke();
        return answer;
    }

    /// <summary>Due again after a pause that doubles with each failure in a row; failed for good after <see cref="JobLimits.FailuresMax"/>.</summary>
    /// <param name="code">A refusal's code; never a message.</param>
    public async Task<LeaseAnswer> FailAsync(JobLease lease, string code, CancellationToken cancellationToken)
    {
        var now = Now;
        DateTime[] dueAt = [.. Enumerable.Range(1, JobLimits.FailuresMax).Select(n => now + JobLimits.BackOff(n))];
        return await WriteAsync(
            lease,
            """
            failures = failures + 1, error = $5, owner = null, lease_until = null,
            due_at = ($7::timestamptz[])[failures + 1],
            state = case when failures + 1 < $8 then 'due' else 'failed' end,
            ended_at = case when failures + 1 < $8 then null else $6 end
            """,
            cancellationToken,
            new NpgsqlParameter { Value = code }, new NpgsqlParameter { Value = now }, new NpgsqlParameter { Value = dueAt },
            new NpgsqlParameter { Value = JobLimits.FailuresMax });
    }

    /// <summary>Gives the shard back undone, at once due for anybody: the process stops. It counts neither as attempt nor as failure.</summary>
    public Task<LeaseAnswer> ReleaseAsync(JobLease lease, CancellationToken cancellationToken) =>
        WriteAsync(lease, "state = 'due', attempts = greatest(attempts - 1, 0), owner = null, lease_until = null", cancellationToken);

    internal static void Bind(NpgsqlParameterCollection parameters, JobLease lease)
    {
        parameters.Add(new() { Value = lease.Job });
        parameters.Add(new() { Value = lease.BusinessDate });
        parameters.Add(new() { Value = lease.Shard });
        parameters.Add(new() { Value = lease.Token });
    }

    /// <summary>Why a write was not taken.</summary>
    internal static async Task<LeaseAnswer> WhyNotAsync(NpgsqlConnection connection, JobLease lease, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select 1 from job_shard where job = $1 and business_date = $2 and shard = $3 and token = $4 and state = 'cancelled'", connection);
        Bind(command.Parameters, lease);
        return await command.ExecuteScalarAsync(cancellationToken) is null ? LeaseAnswer.StaleLease : LeaseAnswer.Cancelled;
    }

    private async Task<LeaseAnswer> WriteAsync(
        JobLease lease, string assignments, CancellationToken cancellationToken, params IReadOnlyList<NpgsqlParameter> values)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"update job_shard set {assignments} where {HeldSql}", connection);
        Bind(command.Parameters, lease);
        foreach (var value in values)
        {
            command.Parameters.Add(value);
        }

        return await command.ExecuteNonQueryAsync(cancellationToken) == 1
            ? LeaseAnswer.Held
            : await WhyNotAsync(connection, lease, cancellationToken);
    }

    /// <summary>A shard that killed whoever did it, again and again, waits for a person.</summary>
    private async Task FailTheExhaustedAsync(NpgsqlConnection connection, IReadOnlyCollection<string> jobs, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            update job_shard
            set state = 'failed', error = $4, ended_at = $2, owner = null, lease_until = null
            where job = any($1) and state = 'running' and lease_until <= clock_timestamp() and attempts >= $3
            """,
            connection);
        command.Parameters.Add(new() { Value = jobs.ToArray() });
        command.Parameters.Add(new() { Value = Now });
        command.Parameters.Add(new() { Value = JobLimits.AttemptsMax });
        command.Parameters.Add(new() { Value = JobRefusals.LeaseLostCode });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
