using Acquiring.Backend.Platform;
using Acquiring.Core.Alarms;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Acquiring.Backend.Alarms.Run;

/// <param name="Date">A business date: closed, and not before the last run. A dry run needs only the latter.</param>
/// <param name="DryRun">Left out is <c>true</c>: only say what would change.</param>
public sealed record RunAlarmsRequest(DateOnly? Date, bool? DryRun);

/// <param name="AlarmId">Of one that is open; null where one is raised.</param>
/// <param name="EndReason">As in the list of alarms.</param>
public sealed record AlarmRunChange(
    long? AlarmId, AlarmKind Kind, string? MerchantNo, int? BindingCaseId, AlarmAct Act, AlarmSeverity Severity, AlarmEnd? EndReason,
    System.Text.Json.JsonElement Numbers);

/// <param name="WeekEnd">The Sunday whose weeks of volume and margin were judged, on the first run on or after it.</param>
/// <param name="Judged">Merchants and cases that were looked at; 0 for what was done before.</param>
/// <param name="Changes">The first 500.</param>
public sealed record AlarmRunAnswer(
    DateOnly Date, bool DryRun, int PolicyVersion, DateOnly? WeekEnd, int Judged, int Written, IReadOnlyDictionary<string, int> Acts,
    IReadOnlyList<AlarmRunChange> Changes);

internal static class AlarmRunEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/alarm-runs", RunAsync)
        .WithName("runAlarms").WithTags("Alarms").WithSummary("Run the alarms for a business date, or say what a run would change")
        .WithDescription(
            "Each night judges borrowers and binding cases, the first one on or after a Sunday the weeks of all merchants. An alarm is raised once and ends " +
            "with its cause. A date that was run is done: a repetition writes nothing. A dry run writes nothing at all and is what is meant when `dryRun` is left out.")
        .Produces<AlarmRunAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> RunAsync(RunAlarmsRequest request, RunAlarms run, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        if (request.Date is not { } date)
        {
            return ProblemResults.Of(Refusal.Of(RefusalKind.Invalid, "request.missing", new Detail("parameter", "date")));
        }

        var (first, last) = (new DateOnly(2000, 1, 1), new DateOnly(2099, 12, 31));
        if (date < first || date > last)
        {
            return ProblemResults.Of(AlarmRefusals.DateRange(date, first, last));
        }

        var dryRun = request.DryRun ?? true;
        if (!(await run.RunAsync(date, dryRun, cancellationToken)).Accepted(out var done, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        var numbers = await NumbersAsync(database, done.Sample, cancellationToken);
        return Results.Ok(new AlarmRunAnswer(
            date, dryRun, done.Night.PolicyVersion, done.Night.WeekEnd, done.Judged, done.Acts.Values.Sum(),
            done.Acts.ToDictionary(a => MerchantRefusals.Word(a.Key), a => a.Value),
            [.. done.Sample.Select(s => new AlarmRunChange(
                s.AlarmId, s.Subject.Kind, s.MerchantId is { } m ? numbers[m] : null, s.Subject.BindingCaseId, s.Act, s.Level, s.Why,
                System.Text.Json.JsonElement.Parse(s.Numbers)))]));
    }

    internal static async Task<Dictionary<int, string>> NumbersAsync(
        NpgsqlDataSource database, IReadOnlyList<WrittenAlarm> sample, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select merchant_id, merchant_no from merchant where merchant_id = any($1)");
        command.Parameters.Add(new() { Value = sample.Select(s => s.MerchantId).OfType<int>().Distinct().ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var numbers = new Dictionary<int, string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            numbers.Add(reader.GetInt32(0), reader.GetString(1));
        }

        return numbers;
    }
}
