using System.Globalization;
using Acquiring.Backend.Scorecards.Ask;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;

namespace Acquiring.Backend.Scorecards;

/// <summary>Numbers as people read them in a spreadsheet: fen in yuan, ten-thousandths in per cent, names in the reader's language.</summary>
internal static class ScorecardCsv
{
    public static IReadOnlyList<string> Columns { get; } =
    [
        "scorecard-part", "branch", "branch-name", "manager", "scorecard-measure", "scorecard-unit", "scorecard-value", "scorecard-numerator",
        "scorecard-denominator", "scorecard-target", "scorecard-last-year",
    ];

    public static IReadOnlyList<string> RowColumns { get; } =
        ["merchant-no", "name", "terminal-no", "branch", "manager", "scorecard-measure", "scorecard-unit", "scorecard-value"];

    public static async IAsyncEnumerable<IReadOnlyList<object?>> RowsOf(ScorecardAnswer answer, TextCatalog texts, CultureInfo language)
    {
        await Task.CompletedTask;
        IEnumerable<(string Part, ScorecardCard Card)> cards =
        [
            ("whole", answer.Whole), .. answer.Own is { } own ? [("own", own)] : Array.Empty<(string, ScorecardCard)>(),
            .. answer.Children.Select(c => ("child", c)), .. answer.Managers.Select(m => ("manager", m)),
        ];
        foreach (var (part, card) in cards)
        {
            foreach (var f in card.Figures)
            {
                // The parts of a share are in the unit of what they are parts of.
                var partUnit = f.Measure == "ruralVolumeShare" ? "fen" : "";
                yield return
                [
                    texts.Text($"scorecard.part.{part}", language), card.BranchCode, card.BranchName,
                    card.ManagerCode == ScorecardAsked.Nobody ? texts.Text("scorecard.nobody", language) : card.ManagerCode,
                    MeasureName(f.Measure, texts, language), UnitName(f.Unit, texts, language), Cell(f.Value, f.Unit), Cell(f.Part, partUnit),
                    Cell(f.Whole, partUnit), Cell(f.Target, f.Unit), Cell(f.LastYear, f.Unit),
                ];
            }
        }
    }

    public static string MeasureName(string word, TextCatalog texts, CultureInfo language) => texts.Text($"scorecard.measure.{word}", language);

    public static string UnitName(string unit, TextCatalog texts, CultureInfo language) => texts.Text($"scorecard.unit.{unit}", language);

    public static object? Cell(long? value, string unit) => value is not { } known ? null : unit is "fen" or "perTenThousand" ? (object)(known / 100m) : known;
}
