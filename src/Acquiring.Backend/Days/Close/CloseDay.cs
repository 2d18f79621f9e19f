using Acquiring.Backend.IdleSweep;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Pricing;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Core.Days;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Days.Close;

/// <summary>
/// Closes a business date, catching up the missed ones before it. Each date is one transaction under the lock that the journal's
/// writers take, so a date never closes in the middle of a chunk; after a crash the same request goes on where it stopped.
/// </summary>
public sealed class CloseDay(NpgsqlDataSource dataSource, TimeProvider clock, ChangeCounter changes, PricingOptions? pricing = null)
{
    /// <summary>A month of arrears; whoever has more closes some first.</summary>
    public const int PreviewDatesMax = 31;

    /// <summary>A repeated request changes nothing. Refuses as <see cref="CloseOrder.DatesToClose"/> says, before anything is closed.</summary>
    public async Task<Result<CloseReport>> RunAsync(DateOnly date, bool insist, string actor, CancellationToken cancellationToken)
    {
        var closed = new List<ClosedDate>();
        while (true)
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (!(await CloseNextAsync(connection, transaction, date, insist, CloseOrder.DatesMax, actor, cancellationToken)).Accepted(out var next, out var refusal))
            {
                return refusal;
            }

            if (next.Closed is null)
            {
                return new CloseReport(date, AlreadyClosed: closed.Count == 0, closed);
            }

            if (next.VolumeSteps > 0)
            {
                // Announced under the lock: no line may be priced between the commit and its announcement.
                changes.AdvanceRegistry();
            }

            await transaction.CommitAsync(cancellationToken);
            changes.Advance();
            closed.Add(next.Closed);
        }
    }

    /// <summary>
    /// What <see cref="RunAsync"/> would do now, done and taken back; nothing stays of it. Readers of files wait as for a close.
    /// </summary>
    /// <remarks>Refuses <c>days.preview-too-long</c> beyond <see cref="PreviewDatesMax"/> dates: all of them are one transaction under the journal's lock.</remarks>
    /// <param name="look">Sees the database as it would be; not run when the date is closed already.</param>
    public async Task<Result<CloseReport>> PreviewAsync(
        DateOnly date, bool insist, Func<NpgsqlConnection, Task> look, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var closed = new List<ClosedDate>();
        while (true)
        {
            if (!(await CloseNextAsync(connection, transaction, date, insist, PreviewDatesMax, Actors.Operator, cancellationToken)).Accepted(out var next, out var refusal))
            {
                return refusal;
            }

            if (next.Closed is not null)
            {
                closed.Add(next.Closed);
                continue;
            }

            if (closed.Count > 0)
            {
                await look(connection);
            }

            return new CloseReport(date, AlreadyClosed: closed.Count == 0, closed);
        }
    }

    private async Task<Result<Step>> CloseNextAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, DateOnly requested, bool insist, int datesMax, string actor,
        CancellationToken cancellationToken)
    {
        await LockActivityAsync(connection, cancellationToken);
        await IngestLock.TakeAsync(connection, cancellationToken);

        // Read under the lock: another request may have closed the date while this one waited.
        var files = await FileCalendarStore.LoadAsync(connection, cancellationToken);
        var lastClosedOn = await FileCalendarStore.LastClosedOnAsync(connection, cancellationToken);
        if (!CloseOrder.DatesToClose(requested, insist, lastClosedOn, files, BusinessTime.Today(clock))
                .Accepted(out var dates, out var refusal))
        {
            return refusal;
        }

        if (dates.Count == 0)
        {
            return default(Step);
        }

        if (dates.Count > datesMax)
        {
            return DayRefusals.PreviewTooLong(requested, dates[datesMax - 1], datesMax);
        }

        var date = dates[0];
        var complete = files.IsComplete(date);
        var incompleteDates = files.IncompleteThrough(date);
        var closedAt = clock.GetUtcNow().UtcDateTime;
        await VolumeDeltas.FoldAsync(connection, cancellationToken);
        var findings = await Sweep.RecordAsync(connection, date, incompleteDates, closedAt, cancellationToken);
        await InsertAsync(connection, transaction, date, closedAt, complete, insisted: !complete, incompleteDates, findings, cancellationToken);
        var steps = await VolumeSteps.DecideAsync(
            connection, transaction, date, (pricing ?? new()).VolumeStepLagDays, closedAt, cancellationToken);
        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "day.close", $"{date:yyyy-MM-dd}",
            new { complete, insisted = !complete, findings, steps }, cancellationToken);
        if (steps > 0)
        {
            await RegistryVersion.AdvanceAsync(connection, cancellationToken);
        }

        return new Step(new ClosedDate(date, complete, Insisted: !complete, findings), steps);
    }

    /// <summary>
    /// First of all, for as long as it takes: a refresh of the lists may be long, and whoever waits for it must not keep others from the journal.
    /// </summary>
    private static async Task LockActivityAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection) { CommandTimeout = 0 };
        command.Parameters.Add(new() { Value = DatabaseLocks.Activity });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task InsertAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, DateOnly date, DateTime closedAt, bool complete, bool insisted,
        IReadOnlyList<DateOnly> incompleteDates, int findings, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into business_day_close (business_date, closed_at, complete, insisted, incomplete_dates, findings)
            values ($1, $2, $3, $4, $5, $6)
            """,
            connection, transaction);
        command.Parameters.Add(new() { Value = date });
        command.Parameters.Add(new() { Value = closedAt });
        command.Parameters.Add(new() { Value = complete });
        command.Parameters.Add(new() { Value = insisted });
        command.Parameters.Add(new() { Value = incompleteDates.ToArray() });
        command.Parameters.Add(new() { Value = findings });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <param name="Closed">The date closed by this step; <c>null</c> when nothing was left to close.</param>
    /// <param name="VolumeSteps">Merchants that come to another step of their plan.</param>
    private readonly record struct Step(ClosedDate? Closed, int VolumeSteps);
}
