namespace Acquiring.Backend.IdleSweep;

/// <summary>A terminal that is idle on a date, computed from the history known now.</summary>
/// <param name="MerchantNo">Whom it worked for at the end of that date; <c>null</c> when nobody.</param>
/// <param name="Clock"><c>3m</c> or <c>12m</c>.</param>
/// <param name="ActivitySource"><c>sale</c>, <c>registry</c> or <c>installation</c>.</param>
/// <param name="IncompleteDays">Dates without complete files that the clock stood still for.</param>
public sealed record IdleTerminal(
    string TerminalNo,
    string? MerchantNo,
    string Clock,
    DateOnly LastActivityOn,
    string ActivitySource,
    DateOnly DueOn,
    int IncompleteDays,
    string Rule,
    string Explanation,
    string WhatWouldChange);

/// <summary>A dated row of a close: a terminal found idle, moved to another clock, or cleared.</summary>
/// <param name="Verdict"><c>3m</c>, <c>12m</c> or <c>cleared</c>.</param>
public sealed record IdleFinding(
    long FindingId,
    string TerminalNo,
    DateOnly JudgedOn,
    string Verdict,
    DateOnly LastActivityOn,
    string ActivitySource,
    DateOnly DueOn,
    int IncompleteDays,
    string Rule,
    DateTimeOffset FoundAt,
    string Explanation);
