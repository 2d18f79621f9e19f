using Acquiring.Backend.Days;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Core.Days;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Night;

/// <summary>
/// Puts the night of a business date, and those missed since the last one, into the ledger: all steps of all dates, or nothing. It only asks;
/// a worker does it. Asked again by a person, what failed or was cancelled goes on, and it may be insisted now; else nothing changes.
/// </summary>
public sealed class AskForNight(NpgsqlDataSource database, JobLedger ledger, IEnumerable<INightStep> steps, TimeProvider clock)
{
    private readonly IReadOnlyList<INightStep> _steps = [.. steps.OrderBy(s => s.Step)];

    /// <summary>
    /// Refuses, in this order: <c>night.date-passed</c>, <c>night.catch-up-too-long</c>, and as <see cref="CloseOrder.DatesToClose"/> says.
    /// </summary>
    /// <returns>Whether something changed.</returns>
    public async Task<Result<bool>> RunAsync(DateOnly date, bool insist, string by, string? why, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var locking = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection))
        {
            locking.Parameters.Add(new() { Value = DatabaseLocks.Nights });
            await locking.ExecuteNonQueryAsync(cancellationToken);
        }

        bool changed;
        if (await NightStore.FindAsync(connection, date, cancellationToken) is { } night)
        {
            changed = await AgainAsync(connection, transaction, date, by, why, cancellationToken)
                | (insist && !night.Insist && await InsistAsync(connection, transaction, date, by, why, cancellationToken));
        }
        else if ((await DatesAsync(connection, date, insist, cancellationToken)).Accepted(out var dates, out var refusal))
        {
            foreach (var missed in dates)
            {
                await InsertAsync(connection, missed, insist, by, why, cancellationToken);
                foreach (var step in _steps)
                {
                    await ledger.AskAsync(
                        connection, transaction, NightStepJob.NameOf(step.Step), missed, step.Shards, new JobPlace(NightStepJob.Chain, (int)step.Step),
                        by, why, cancellationToken);
                }
            }

            changed = true;
        }
        else
        {
            return refusal;
        }

        await transaction.CommitAsync(cancellationToken);
        if (changed)
        {
            ledger.BecameDue?.Invoke();
        }

        return changed;
    }

    private async Task<Result<IReadOnlyList<DateOnly>>> DatesAsync(
        NpgsqlConnection connection, DateOnly date, bool insist, CancellationToken cancellationToken)
    {
        var first = date;
        if (await NightStore.RangeAsync(connection, cancellationToken) is { } nights)
        {
            if (date < nights.First)
            {
                return NightRefusals.Passed(date, nights.First);
            }

            first = nights.Last.AddDays(1);
            if (date.DayNumber - first.DayNumber >= JobLimits.CatchUpDatesMax)
            {
                return NightRefusals.TooFar(date, first.AddDays(JobLimits.CatchUpDatesMax - 1), JobLimits.CatchUpDatesMax);
            }
        }

        var files = await FileCalendarStore.LoadAsync(connection, cancellationToken);
        var lastClosedOn = await FileCalendarStore.LastClosedOnAsync(connection, cancellationToken);
        if (!CloseOrder.DatesToClose(date, insist, lastClosedOn, files, BusinessTime.Today(clock)).Accepted(out _, out var refusal))
        {
            return refusal;
        }

        return Enumerable.Range(0, date.DayNumber - first.DayNumber + 1).Select(first.AddDays).ToList();
    }

    private async Task InsertAsync(
        NpgsqlConnection connection, DateOnly date, bool insist, string by, string? why, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "insert into night_run (business_date, insist, asked_by, asked_at, asked_why) values ($1, $2, $3, $4, $5)", connection);
        command.Parameters.Add(new() { Value = date });
        command.Parameters.Add(new() { Value = insist });
        command.Parameters.Add(new() { Value = by });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new() { Value = (object?)why ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// A step that failed and waits for its next try tries at once, and one that failed for good or was cancelled goes on from where it stopped:
    /// who asks again has perhaps removed the cause. Not so the calendar, which knows nothing of what a person decided.
    /// </summary>
    private async Task<bool> AgainAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, DateOnly date, string by, string? why, CancellationToken cancellationToken)
    {
        if (by == JobTriggers.Calendar)
        {
            return false;
        }

        await using var trying = new NpgsqlCommand(
            "update job_shard set due_at = $3, error = null where chain = $1 and business_date = $2 and state = 'due' and error is not null", connection);
        await using var stopped = new NpgsqlCommand(
            """
            with stopped as (
                select job, shard, (select max(asks) + 1 from job_shard o where o.job = s.job and o.business_date = s.business_date) as asks
                from job_shard s
                where chain = $1 and business_date = $2 and state in ('failed', 'cancelled')
                order by job, shard
                for update
            )
            update job_shard s
            set state = 'due', asks = n.asks, due_at = $3, asked_by = $4, asked_at = $3, asked_why = $5, attempts = 0, failures = 0, error = null,
                ended_at = null, started_at = null
            from stopped n
            where s.job = n.job and s.business_date = $2 and s.shard = n.shard
            """,
            connection);
        foreach (var command in (ReadOnlySpan<NpgsqlCommand>)[trying, stopped])
        {
            command.Parameters.Add(new() { Value = NightStepJob.Chain });
            command.Parameters.Add(new() { Value = date });
            command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        }

        stopped.Parameters.Add(new() { Value = by });
        stopped.Parameters.Add(new() { Value = (object?)why ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        var (tried, shards) = (await trying.ExecuteNonQueryAsync(cancellationToken), await stopped.ExecuteNonQueryAsync(cancellationToken));
        if (shards > 0)
        {
            await AuditLog.AppendAsync(connection, transaction, clock, by, "night.again", $"{date:yyyy-MM-dd}", new { shards, why }, cancellationToken);
        }

        return tried + shards > 0;
    }

    /// <summary>Files are no longer waited for; what failed for want of one is due by now, its failures forgotten.</summary>
    private async Task<bool> InsistAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, DateOnly date, string by, string? why, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("update night_run set insist = true where business_date = $1"),
                new("""
                    update job_shard
                    set due_at = $2, failures = 0, attempts = 0, error = null
                    where job = any($3) and business_date = $1 and state = 'due'
                    """),
            },
        };
        batch.BatchCommands[0].Parameters.Add(new() { Value = date });
        batch.BatchCommands[1].Parameters.Add(new() { Value = date });
        batch.BatchCommands[1].Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        batch.BatchCommands[1].Parameters.Add(
            new() { Value = new[] { NightStepJob.NameOf(NightStep.Files), NightStepJob.NameOf(NightStep.Close) } });
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await AuditLog.AppendAsync(connection, transaction, clock, by, "night.insist", $"{date:yyyy-MM-dd}", new { why }, cancellationToken);
        return true;
    }
}
