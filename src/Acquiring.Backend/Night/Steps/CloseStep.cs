using Acquiring.Backend.Days.Close;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Night.Steps;

/// <summary>
/// Closes the date as <c>close-day</c> does; closed by hand before, it finds it so. It does not write through the fence of its lease: a close is
/// one transaction under a lock of its own, and a second one of the same date changes nothing.
/// </summary>
internal sealed class CloseStep(CloseDay close) : INightStep
{
    public NightStep Step => NightStep.Close;

    public async Task RunAsync(JobRun run, NightRun night, CancellationToken cancellationToken)
    {
        var closed = await close.RunAsync(run.Date, night.Insist, night.AskedBy, cancellationToken);
        if (closed.Refusal is { } refusal)
        {
            throw new RefusedException(refusal);
        }
    }

    public async Task<IReadOnlyDictionary<string, long>> CountAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken) =>
        await VerdictsAsync(connection, date, cancellationToken);

    public async Task<NightPreview> PreviewAsync(DateOnly date, bool insist, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, long> counts = new Dictionary<string, long>();
        List<NightChange> changes = [];
        var closed = await close.PreviewAsync(
            date, insist,
            async connection =>
            {
                counts = await VerdictsAsync(connection, date, cancellationToken);
                changes = await ChangesAsync(connection, date, cancellationToken);
            },
            cancellationToken);
        return closed.Accepted(out var report, out var refusal)
            ? new(null, new Dictionary<string, long>(counts) { ["dates"] = report.Closed.Count }, changes)
            : NightPreview.Refused(refusal);
    }

    private static async Task<Dictionary<string, long>> VerdictsAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select verdict, count(*) from idle_finding where judged_on = $1 group by verdict", connection);
        command.Parameters.Add(new() { Value = date });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new Dictionary<string, long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            counts.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return counts;
    }

    private static async Task<List<NightChange>> ChangesAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select t.terminal_no, f.verdict, f.last_activity_on, f.due_on
            from idle_finding f join terminal t using (terminal_id)
            where f.judged_on = $1
            order by t.terminal_no
            limit $2
            """,
            connection);
        command.Parameters.Add(new() { Value = date });
        command.Parameters.Add(new() { Value = NightPreview.ChangesMax });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var changes = new List<NightChange>();
        while (await reader.ReadAsync(cancellationToken))
        {
            changes.Add(new(
                reader.GetString(0), reader.GetString(1),
                $"{reader.GetFieldValue<DateOnly>(2):yyyy-MM-dd} > {reader.GetFieldValue<DateOnly>(3):yyyy-MM-dd}"));
        }

        return changes;
    }
}
