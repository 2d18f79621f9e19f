using Acquiring.Backend.Night;
using Acquiring.Backend.Platform.Jobs;
using Npgsql;

namespace Acquiring.Backend.Scorecards.Count;

/// <summary>
/// Counts the date for the scorecards, after all that it counts; and before it the closed dates that no night counted, or that a handover
/// was dated back to. One transaction a date: cut off, it goes on behind the last.
/// </summary>
internal sealed class ReportsStep(NpgsqlDataSource database, TimeProvider clock) : INightStep
{
    public NightStep Step => NightStep.Reports;

    public async Task RunAsync(JobRun run, NightRun night, CancellationToken cancellationToken)
    {
        var done = run.Checkpoint<DateOnly?>();
        IReadOnlyList<DateOnly> dates = [];
        await run.CommitAsync(
            async connection =>
            {
                await ScorecardDates.TakeNotesAsync(connection, run.Date, cancellationToken);
                dates = await ScorecardDates.DueAsync(connection, run.Date, done, cancellationToken);
            },
            cancellationToken: cancellationToken);
        for (var i = 0; i < dates.Count; i++)
        {
            var date = dates[i];
            await run.CommitAsync(
                connection => ScorecardDates.WriteAsync(connection, date, clock.GetUtcNow().UtcDateTime, cancellationToken),
                checkpoint: date, done: i + 1, total: dates.Count, cancellationToken: cancellationToken);
        }
    }

    public async Task<IReadOnlyDictionary<string, long>> CountAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select count(distinct branch_code), count(distinct nullif(manager_code, '')), coalesce(sum(transactions), 0)::bigint
            from scorecard_day where business_date = $1
            """,
            connection);
        command.Parameters.Add(new() { Value = date });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new Dictionary<string, long> { ["branches"] = reader.GetInt64(0), ["managers"] = reader.GetInt64(1), ["transactions"] = reader.GetInt64(2) };
    }

    /// <summary>Tried and taken back. A date that is not closed has nothing to count: its numbers would still change.</summary>
    public async Task<NightPreview> PreviewAsync(DateOnly date, bool insist, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        if (!await ScorecardRefusals.IsClosedAsync(connection, date, cancellationToken))
        {
            return NightPreview.Refused(ScorecardRefusals.DateOpen(date));
        }

        await using var command = new NpgsqlCommand(ScorecardParts.Sums, connection) { CommandTimeout = 0 };
        ScorecardDates.Bind(command, date, date);
        var (branches, managers, transactions) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal), 0L);
        var changes = new List<NightChange>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (branch, manager) = (reader.GetString(1), reader.GetString(2));
            branches.Add(branch);
            if (manager.Length > 0)
            {
                managers.Add(manager);
            }

            transactions += reader.GetInt64(3 + (int)Core.Scorecards.ScorecardMeasure.Transactions);
            if (changes.Count < NightPreview.ChangesMax)
            {
                changes.Add(new($"{branch} {manager}".TrimEnd(), "counted", string.Join(' ', Enumerable.Range(3, ScorecardDates.Columns.Count).Select(reader.GetInt64))));
            }
        }

        return new(
            null, new Dictionary<string, long> { ["branches"] = branches.Count, ["managers"] = managers.Count, ["transactions"] = transactions }, changes);
    }
}
