namespace Acquiring.Backend.Scorecards.Ask;

/// <summary>What a scorecard is asked by; named as they are in the address.</summary>
public sealed record ScorecardQuery(string? from, string? to, string? branch, string? manager);

/// <summary>One number of a scorecard. What is not known is <c>null</c>, never 0.</summary>
/// <param name="Measure">A stable word: a measure or a share.</param>
/// <param name="Unit"><c>merchants</c>, <c>terminals</c>, <c>transactions</c>, <c>moves</c>, <c>fen</c>; of a share <c>perTenThousand</c>, rounded half-up.</param>
/// <param name="Part">Of a share, exactly: the part; <c>null</c> else.</param>
/// <param name="Whole">Of a share, exactly: what it is a part of; <c>null</c> else.</param>
/// <param name="Target">For exactly this month, quarter or year; <c>null</c> where none is set.</param>
/// <param name="LastYear">Of the same dates a year before; <c>null</c> unless each of them was counted.</param>
public sealed record ScorecardFigure(
    string Measure, string Unit, long? Value, long? Part, long? Whole, long? Target, long? LastYear, long? LastYearPart, long? LastYearWhole);

/// <param name="BranchCode"><c>null</c>: all branches.</param>
/// <param name="ManagerCode"><c>null</c>: whoever it is; <c>(none)</c>: nobody was named.</param>
public sealed record ScorecardCard(string? BranchCode, string? BranchName, string? ManagerCode, IReadOnlyList<ScorecardFigure> Figures);

/// <summary>What a branch with all below it came to in a period. <c>own</c> and <c>children</c> sum to <c>whole</c>; so do <c>managers</c>.</summary>
/// <param name="CountedFrom">The first counted date of the period; later than <c>from</c> where counting began later.</param>
/// <param name="CountedThrough">The last counted date: flows are of the dates up to it, stocks of its end. <c>null</c>: none yet.</param>
/// <param name="DatesMissing">Dates between the two that are not counted. While there are any, flows are <c>null</c>; the next night counts them.</param>
/// <param name="RecountDue">Something was dated back into the period since; the next night counts those dates again.</param>
/// <param name="Note">The same in a sentence in the caller's language; empty when there is nothing to say.</param>
/// <param name="Own">What is directly under the branch; <c>null</c> where no branch was asked for.</param>
/// <param name="Children">The branches right below, each with all below it.</param>
/// <param name="Managers">By account manager, nobody last; at most 2,000.</param>
/// <param name="ManagersLeftOut">How many are not shown.</param>
public sealed record ScorecardAnswer(
    DateOnly From, DateOnly To, DateOnly? CountedFrom, DateOnly? CountedThrough, int DatesMissing, bool RecountDue, string Note, ScorecardCard Whole,
    ScorecardCard? Own, IReadOnlyList<ScorecardCard> Children, IReadOnlyList<ScorecardCard> Managers, int ManagersLeftOut);
