using Acquiring.Backend.Alarms.Run;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Core.Merchants;
using Npgsql;

namespace Acquiring.Backend.Night.Steps;

/// <summary>Raises, moves and ends alarms. A night that comes after a later run of the alarms finds its date passed, and leaves it as it was answered.</summary>
internal sealed class AlarmsStep(RunAlarms alarms, NpgsqlDataSource database) : INightStep
{
    public NightStep Step => NightStep.Alarms;

    /// <summary>As the tiers: several silos share a night, and a worker that dies leaves a quarter.</summary>
    public int Shards => 4;

    public async Task RunAsync(JobRun run, NightRun night, CancellationToken cancellationToken)
    {
        if (!await IsPassedAsync(run.Date, cancellationToken))
        {
            await alarms.RunShardAsync(
                run.Date, run.Shard, run.Shards, effects => run.CommitAsync(effects, cancellationToken: cancellationToken), cancellationToken);
        }
    }

    public async Task<IReadOnlyDictionary<string, long>> CountAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select act, count(*) from alarm_step where on_date = $1 and act <> 'acknowledge' group by act order by act", connection);
        command.Parameters.Add(new() { Value = date });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new Dictionary<string, long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            counts.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return counts;
    }

    /// <summary>Of a passed date nothing, as the run does.</summary>
    public async Task<NightPreview> PreviewAsync(DateOnly date, bool insist, CancellationToken cancellationToken)
    {
        if (await IsPassedAsync(date, cancellationToken))
        {
            return NightPreview.Nothing;
        }

        if (!(await alarms.RunAsync(date, dryRun: true, cancellationToken)).Accepted(out var result, out var refusal))
        {
            return NightPreview.Refused(refusal);
        }

        var numbers = await AlarmRunEndpoint.NumbersAsync(database, result.Sample, cancellationToken);
        return new(
            null, result.Acts.ToDictionary(a => MerchantRefusals.Word(a.Key), a => (long)a.Value),
            [.. result.Sample.Select(s => new NightChange(
                s.MerchantId is { } merchant ? numbers[merchant] : $"{s.Subject.BindingCaseId}", MerchantRefusals.Word(s.Act),
                $"{MerchantRefusals.Word(s.Subject.Kind)} {MerchantRefusals.Word(s.Level)}"))]);
    }

    private async Task<bool> IsPassedAsync(DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select max(business_date) > $1 and not exists (select from alarm_night where business_date = $1) from alarm_night");
        command.Parameters.Add(new() { Value = date });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
