using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Days.WorkingDays;

/// <summary>Takes a year of the calendar as it was decreed, or as it was changed since.</summary>
public sealed class SetWorkingYear(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Act = "calendar.setYear";

    /// <summary>
    /// Refuses, in this order: a year out of range, what is wrong with source or days, a key used for something else, an old version, a change
    /// of a day that is over in a year that was known.
    /// </summary>
    internal async Task<Result<WorkingYearAnswer>> RunAsync(
        int year, SetWorkingYearRequest request, int version, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (year is < 2000 or > 2099)
        {
            return WorkingDayRefusals.Year(year);
        }

        if (WorkingDayRefusals.Check(year, request) is { } bad)
        {
            return bad;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<WorkingYearAnswer>(connection, key, now, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        // A year that is not there has no row to lock: who writes first holds the number.
        await using (var wait = new NpgsqlCommand("select pg_advisory_xact_lock($1, $2)", connection))
        {
            wait.Parameters.Add(new() { Value = DatabaseLocks.WorkingYears });
            wait.Parameters.Add(new() { Value = year });
            await wait.ExecuteNonQueryAsync(cancellationToken);
        }

        var present = await WorkingDayStore.YearAsync(connection, year, cancellationToken);
        if (present.Version != version)
        {
            return IfMatch.Stale(version, present.Version);
        }

        var days = request.Days!.Select(d => new WorkingDayAnswer(d!.On, d.Works, d.Name!)).OrderBy(d => d.On).ToList();
        var today = BusinessTime.Today(clock);
        var changed = present.Days.Except(days).Concat(days.Except(present.Days)).Where(d => d.On < today).MinBy(d => d.On);
        if (present.Version > 0 && changed is not null)
        {
            return WorkingDayRefusals.Past(changed.On, today);
        }

        var answer = new WorkingYearAnswer(year, version + 1, request.Source, days);
        await SaveAsync(connection, answer, actor, now, cancellationToken);
        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, Act, $"{year}", new { answer.Version, answer.Source, days = days.Count }, cancellationToken);
        await Outbox.AppendAsync(connection, Act, $"{year}", answer.Version, new { year, answer.Version, answer.Source, actor }, now, cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, answer, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return answer;
    }

    private static async Task SaveAsync(
        NpgsqlConnection connection, WorkingYearAnswer year, string actor, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        var row = new NpgsqlBatchCommand(
            """
            insert into working_year (year, source, version, actor, changed_at) values ($1, $2, $3, $4, $5)
            on conflict on constraint working_year_pk do update
               set source = excluded.source, version = excluded.version, actor = excluded.actor, changed_at = excluded.changed_at
            """);
        foreach (var value in (ReadOnlySpan<object>)[year.Year, year.Source!, year.Version, actor, nowUtc])
        {
            row.Parameters.Add(new() { Value = value });
        }

        batch.BatchCommands.Add(row);
        var clear = new NpgsqlBatchCommand("delete from working_day where year = $1");
        clear.Parameters.Add(new() { Value = year.Year });
        batch.BatchCommands.Add(clear);
        var days = new NpgsqlBatchCommand("insert into working_day (on_date, year, works, name) select o, $1, w, n from unnest($2, $3, $4) d (o, w, n)");
        days.Parameters.Add(new() { Value = year.Year });
        days.Parameters.Add(new() { Value = year.Days.Select(d => d.On).ToArray(), NpgsqlDbType = NpgsqlDbType.Date | NpgsqlDbType.Array });
        days.Parameters.Add(new() { Value = year.Days.Select(d => d.Works).ToArray() });
        days.Parameters.Add(new() { Value = year.Days.Select(d => d.Name).ToArray() });
        batch.BatchCommands.Add(days);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
