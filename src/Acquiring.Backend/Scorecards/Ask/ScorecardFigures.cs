using Acquiring.Core.Scorecards;

namespace Acquiring.Backend.Scorecards.Ask;

/// <summary>Puts the numbers of a part of the lines beside its targets and last year.</summary>
/// <param name="before"><c>null</c>: last year is not known.</param>
/// <param name="targets">By branch, manager and word.</param>
internal sealed class ScorecardFigures(
    CountedPeriod counted, IReadOnlyList<ScorecardLine> now, IReadOnlyList<ScorecardLine>? before,
    IReadOnlyDictionary<(string Branch, string Manager, string Word), long> targets)
{
    public IReadOnlyList<ScorecardFigure> Of(Func<ScorecardLine, bool> isPart, (string Branch, string Manager) targetOf)
    {
        var values = counted.Through is null ? null : ScorecardSums.Of(now.Where(isPart));
        var lastYear = before is null ? null : ScorecardSums.Of(before.Where(isPart));
        var figures = new List<ScorecardFigure>(ScorecardWords.All.Count);
        foreach (var measure in ScorecardWords.Measures)
        {
            var word = ScorecardWords.Of(measure);
            figures.Add(new(
                word, ScorecardWords.UnitOf(measure), Known(values, measure), null, null, Target(targetOf, word), lastYear?[(int)measure], null, null));
        }

        foreach (var share in ScorecardWords.Shares)
        {
            var word = ScorecardWords.Of(share);
            var (part, whole) = ScorecardWords.PartsOf(share);
            figures.Add(new(
                word, "perTenThousand", Share(Known(values, part), Known(values, whole)), Known(values, part), Known(values, whole),
                Target(targetOf, word), Share(lastYear?[(int)part], lastYear?[(int)whole]), lastYear?[(int)part], lastYear?[(int)whole]));
        }

        return figures;
    }

    private long? Known(long[]? values, ScorecardMeasure measure) =>
        ScorecardWords.IsFlow(measure) && counted.Missing > 0 ? null : values?[(int)measure];

    private long? Target((string Branch, string Manager) of, string word) => targets.TryGetValue((of.Branch, of.Manager, word), out var target) ? target : null;

    private static long? Share(long? part, long? whole) => part is { } p && whole is { } w ? ScorecardWords.PerTenThousand(p, w) : null;
}
