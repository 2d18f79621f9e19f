using System.Globalization;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Npgsql;

namespace Acquiring.Backend.Night;

/// <summary>Reads nights together with what the ledger says of their steps.</summary>
internal sealed class NightAnswers(NpgsqlDataSource database, JobLedger ledger, NightStore nights, IEnumerable<INightStep> steps, TextCatalog texts)
{
    /// <summary>The worst first: what stands of many is the first of these that one of them has.</summary>
    private static readonly string[] s_order = ["failed", "running", "waiting", "cancelled", "done"];

    private readonly IReadOnlyList<INightStep> _steps = [.. steps.OrderBy(s => s.Step)];

    public IReadOnlyList<INightStep> Steps => _steps;

    public async Task<Result<NightAnswer>> OfAsync(DateOnly date, bool changed, CultureInfo language, CancellationToken cancellationToken)
    {
        if (await nights.FindAsync(date, cancellationToken) is not { } night)
        {
            return NightRefusals.NotAsked(date);
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var answers = new List<NightStepAnswer>();
        foreach (var step in _steps)
        {
            var job = NightStepJob.NameOf(step.Step);
            var shards = await ledger.ShardsAsync(job, date, cancellationToken);
            if (shards.Count > 0)
            {
                answers.Add(Of(step, job, shards, await step.CountAsync(connection, date, cancellationToken), language));
            }
        }

        return new NightAnswer(
            date, changed, Worst(answers.Select(a => a.State)), night.Insist, night.AskedBy, night.AskedAt, night.AskedWhy,
            await WaitsForAsync(connection, date, cancellationToken), answers);
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<NightLine>> PageAsync(DateOnly? before, int rows, CancellationToken cancellationToken)
    {
        var page = await nights.PageAsync(before, rows, cancellationToken);
        var states = await StatesAsync([.. page.Select(n => n.Date)], cancellationToken);
        return [.. page.Select(n => new NightLine(n.Date, Worst(states[n.Date]), n.Insist, n.AskedBy, n.AskedAt, n.AskedWhy))];
    }

    private NightStepAnswer Of(
        INightStep step, string job, IReadOnlyList<JobShard> shards, IReadOnlyDictionary<string, long> counts, CultureInfo language)
    {
        var failure = shards.FirstOrDefault(s => s.Error is not null);
        return new(
            step.Step, job, Worst(shards.Select(s => Word(s.State))), shards.Count, shards.Count(s => s.State == JobState.Done), failure?.Error,
            failure?.Error is { } code ? JobTextOf(code, language) : null, shards.Min(s => s.StartedAt),
            shards.All(s => s.EndedAt is not null) ? shards.Max(s => s.EndedAt) : null,
            shards.All(s => s.State == JobState.Done) ? counts : new Dictionary<string, long>());
    }

    private string JobTextOf(string code, CultureInfo language) => texts.Text(
        $"jobs.failed.{(code.StartsWith("jobs.", StringComparison.Ordinal) ? code[5..] : "refused")}", language, new Detail("code", code));

    private async Task<ILookup<DateOnly, string>> StatesAsync(DateOnly[] dates, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select distinct business_date, state from job_shard where chain = $1 and business_date = any($2)");
        command.Parameters.Add(new() { Value = NightStepJob.Chain });
        command.Parameters.Add(new() { Value = dates });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var states = new List<(DateOnly Date, string State)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            states.Add((reader.GetFieldValue<DateOnly>(0), reader.GetString(1) is "due" ? "waiting" : reader.GetString(1)));
        }

        return states.ToLookup(s => s.Date, s => s.State);
    }

    private static async Task<DateOnly?> WaitsForAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select min(business_date) from job_shard where chain = $1 and business_date < $2 and state in ('due', 'running', 'failed')", connection);
        command.Parameters.Add(new() { Value = NightStepJob.Chain });
        command.Parameters.Add(new() { Value = date });
        return await command.ExecuteScalarAsync(cancellationToken) is DateOnly earlier ? earlier : null;
    }

    private static string Word(JobState state) => state == JobState.Due ? "waiting" : System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName($"{state}");

    private static string Worst(IEnumerable<string> states)
    {
        var those = states.ToHashSet(StringComparer.Ordinal);
        return s_order.FirstOrDefault(those.Contains) ?? "done";
    }
}
