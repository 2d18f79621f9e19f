using System.Data;
using System.Globalization;
using Acquiring.Backend.Lists;
using Acquiring.Backend.Scorecards.Targets;
using Acquiring.Core.Refusals;
using Acquiring.Core.Scorecards;
using Acquiring.Core.Texts;
using Npgsql;

namespace Acquiring.Backend.Scorecards.Ask;

/// <summary>Makes scorecards of what the nights counted: a sum over the pairs of branch and manager, by whichever part is asked for.</summary>
internal sealed class ScorecardReader(NpgsqlDataSource database, TextCatalog texts)
{
    public const int ManagersMax = 2_000;

    /// <summary>Refuses as <see cref="ScorecardAsked.ReadAsync"/> says.</summary>
    public async Task<ScorecardAnswer> ReadAsync(ListParameters parameters, CultureInfo language, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        // One moment for all: a night that counts meanwhile must not make parts and whole differ.
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var asked = await ScorecardAsked.ReadAsync(parameters, connection, cancellationToken);
        var counted = await CountedPeriod.ReadAsync(connection, asked.Period, cancellationToken);
        IReadOnlyList<ScorecardLine> now = [];
        IReadOnlyList<ScorecardLine>? before = null;
        if (counted.Through is { } through)
        {
            now = Below(await CountedPeriod.LinesAsync(connection, asked.Period with { To = through }, asked.Manager, cancellationToken), asked);
            var lastYear = (asked.Period with { To = through }).YearBefore;
            before = await CountedPeriod.IsWholeAsync(connection, lastYear, cancellationToken)
                ? Below(await CountedPeriod.LinesAsync(connection, lastYear, asked.Manager, cancellationToken), asked)
                : null;
        }

        var targets = await ScorecardTargets.OfAsync(connection, asked.Period, cancellationToken);
        var figures = new ScorecardFigures(counted, now, before, targets);
        return Answer(asked, counted, figures, [.. now.Concat(before ?? [])], language);
    }

    private ScorecardAnswer Answer(
        ScorecardAsked asked, CountedPeriod counted, ScorecardFigures figures, IReadOnlyList<ScorecardLine> lines, CultureInfo language)
    {
        var manager = asked.Manager is "" ? ScorecardAsked.Nobody : asked.Manager;
        ScorecardCard Branch(string? code, Func<ScorecardLine, bool> isPart, bool hasTarget) => new(
            code, code is null ? null : asked.Names[code], manager,
            figures.Of(isPart, !hasTarget ? ("", "") : asked.Manager is null ? (code ?? "", "") : ("", code == asked.Branch ? asked.Manager : "")));
        var children = asked.Parents.Where(p => p.Value == asked.Branch && p.Key != asked.Branch).Select(p => p.Key).Order(StringComparer.Ordinal);
        var managers = lines.Select(l => l.ManagerCode).Distinct(StringComparer.Ordinal)
            .OrderBy(m => m.Length == 0).ThenBy(m => m, StringComparer.Ordinal).ToList();
        return new(
            asked.Period.From, asked.Period.To, counted.From, counted.Through, counted.Missing, counted.RecountDue,
            Note(asked, counted, language),
            Branch(asked.Branch, _ => true, hasTarget: true),
            asked.Branch is { } own ? Branch(own, l => l.BranchCode == own, hasTarget: false) : null,
            [.. children.Select(c => Branch(c, l => ScorecardSums.PartOf(l.BranchCode, asked.Branch, asked.Parents) == c, hasTarget: asked.Manager is null))],
            [.. managers.Take(ManagersMax).Select(m => new ScorecardCard(
                asked.Branch, asked.Branch is null ? null : asked.Names[asked.Branch], m.Length == 0 ? ScorecardAsked.Nobody : m,
                figures.Of(l => l.ManagerCode == m, ("", m))))],
            Math.Max(managers.Count - ManagersMax, 0));
    }

    private string Note(ScorecardAsked asked, CountedPeriod counted, CultureInfo language)
    {
        var code = counted.Through is null ? "none" : counted.Missing > 0 ? "missing" : counted.RecountDue ? "recount"
            : counted.From > asked.Period.From || counted.Through < asked.Period.To ? "part" : null;
        return code is null
            ? ""
            : texts.Text(
                $"scorecard.note.{code}", language, new Detail("from", $"{counted.From ?? asked.Period.From:yyyy-MM-dd}"),
                new Detail("through", $"{counted.Through ?? asked.Period.To:yyyy-MM-dd}"), new Detail("dates", $"{counted.Missing}"));
    }

    private static List<ScorecardLine> Below(IReadOnlyList<ScorecardLine> lines, ScorecardAsked asked) =>
        [.. lines.Where(l => ScorecardSums.PartOf(l.BranchCode, asked.Branch, asked.Parents) is not null)];
}
