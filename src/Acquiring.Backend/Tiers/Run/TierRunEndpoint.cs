using Acquiring.Backend.Platform;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Tiers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Acquiring.Backend.Tiers.Run;

/// <param name="Date">A business date: closed, and not before the last run. A dry run needs only the latter.</param>
/// <param name="DryRun">Left out is <c>true</c>: only say what would change.</param>
public sealed record RunTiersRequest(DateOnly? Date, bool? DryRun);

/// <param name="Move">As in the list of decisions.</param>
public sealed record TierRunChange(
    string MerchantNo, TierDimension Dimension, TierMove Move, IReadOnlyList<TierReason> Reasons, string? Tier, string? Grade);

/// <param name="JudgedMonth">The month graded (its first day), on the first run of a month.</param>
/// <param name="JudgesAll">Every merchant was judged: the first run, or other rules than before.</param>
/// <param name="Judged">Merchants whose rules were judged; 0 for what was done before.</param>
/// <param name="Changes">The first 500 decisions.</param>
public sealed record TierRunAnswer(
    DateOnly Date, bool DryRun, int RuleSetVersion, bool JudgesAll, DateOnly? JudgedMonth, int Judged, int Graded, int Written,
    IReadOnlyDictionary<string, int> Moves, IReadOnlyList<TierRunChange> Changes);

internal static class TierRunEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/tier-runs", RunAsync)
        .WithName("runTiers").WithTags("Tiers").WithSummary("Run the tiers for a business date, or say what a run would change")
        .WithDescription(
            "Judges the merchants that something was noted of since the last run, or all; on the first run of a month it grades the activity of those in a tier. " +
            "A date that was run is done: a repetition writes nothing. A dry run writes nothing at all and is what is meant when `dryRun` is left out.")
        .Produces<TierRunAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> RunAsync(RunTiersRequest request, RunTiers run, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        if (request.Date is not { } date)
        {
            return ProblemResults.Of(Refusal.Of(RefusalKind.Invalid, "request.missing", new Detail("parameter", "date")));
        }

        var (first, last) = (new DateOnly(2000, 1, 1), new DateOnly(2099, 12, 31));
        if (date < first || date > last)
        {
            return ProblemResults.Of(TierRefusals.DateRange(date, first, last));
        }

        var dryRun = request.DryRun ?? true;
        if (!(await run.RunAsync(date, dryRun, cancellationToken)).Accepted(out var done, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        var numbers = await NumbersAsync(database, done.Sample, cancellationToken);
        return Results.Ok(new TierRunAnswer(
            date, dryRun, done.Night.RuleSetVersion, done.Night.JudgesAll, done.Night.Month, done.Judged, done.Graded, done.Moves.Values.Sum(),
            done.Moves.ToDictionary(m => MerchantRefusals.Word(m.Key), m => m.Value),
            [.. done.Sample.Select(s => new TierRunChange(
                numbers[s.MerchantId], s.Dimension, s.Change.Move, s.Change.Reasons, s.Change.Next.Tier, TierWords.Of(s.Change.Next.Grade)))]));
    }

    internal static async Task<Dictionary<int, string>> NumbersAsync(
        NpgsqlDataSource database, IReadOnlyList<WrittenTier> sample, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select merchant_id, merchant_no from merchant where merchant_id = any($1)");
        command.Parameters.Add(new() { Value = sample.Select(s => s.MerchantId).Distinct().ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var numbers = new Dictionary<int, string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            numbers.Add(reader.GetInt32(0), reader.GetString(1));
        }

        return numbers;
    }
}
