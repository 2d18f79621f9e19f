using Acquiring.Core.Refusals;
using Acquiring.Core.Scorecards;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Scorecards;

/// <summary>Why a scorecard cannot be shown or a target not set; the texts are in <c>ScorecardTexts.resx</c>.</summary>
internal static class ScorecardRefusals
{
    public static Refusal DateOpen(DateOnly date) => Refusal.Of(RefusalKind.Conflict, "scorecard.date-open", new Detail("date", $"{date:yyyy-MM-dd}"));

    public static Refusal Period(DateOnly first, DateOnly last, int daysMax) => Refusal.Of(
        RefusalKind.Invalid, "scorecard.period", new Detail("first", $"{first:yyyy-MM-dd}"), new Detail("last", $"{last:yyyy-MM-dd}"),
        new Detail("max", $"{daysMax}"));

    public static Refusal UnknownBranch(string code) => Refusal.Of(RefusalKind.NotFound, "scorecard.unknown-branch", new Detail("branch", Short(code)));

    public static Refusal UnknownManager(string code) => Refusal.Of(RefusalKind.NotFound, "scorecard.unknown-manager", new Detail("manager", Short(code)));

    public static Refusal UnknownMeasure(string? word, IReadOnlyList<string> known) => Refusal.Of(
        RefusalKind.Invalid, "scorecard.measure", new Detail("measure", Short(word ?? "")), new Detail("measures", string.Join(", ", known)));

    public static Refusal TargetOfOne() => Refusal.Of(RefusalKind.Invalid, "scorecard.target-of-one");

    public static Refusal TargetPeriod() => Refusal.Of(RefusalKind.Invalid, "scorecard.target-period");

    public static Refusal TargetValue(string measure) => Refusal.Of(RefusalKind.Invalid, "scorecard.target-value", new Detail("measure", measure));

    public static async Task<bool> IsClosedAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select exists (select from business_day_close where business_date = $1)", connection);
        command.Parameters.Add(new() { Value = date });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private static string Short(string value) => CardLikeText.Has(value) ? "…" : value.Length > 40 ? value[..40] : value;
}
