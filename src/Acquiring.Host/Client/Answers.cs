using Acquiring.Backend.Platform;

namespace Acquiring.Host.Client;

/// <summary>The report of one clearing file, as the HTTP interface gives it.</summary>
public sealed record ClearingFileAnswer(
    int FileId,
    string File,
    DateOnly BusinessDate,
    string Format,
    string State,
    long Lines,
    long Posted,
    long Duplicates,
    long Held,
    long Malformed,
    long Sales,
    long Refunds,
    long Reversals,
    Money Gross,
    Money Refund,
    Money Fee,
    long FeeDifferences,
    long Released,
    long Bytes,
    long? ElapsedMs,
    long? LinesPerSecond,
    bool Resumed,
    IReadOnlyList<MalformedLineAnswer>? MalformedLines);

public sealed record MalformedLineAnswer(long Line, string Field, string Code, string Text, string Found);

public sealed record VolumeAnswer(
    string MerchantNo, DateOnly Date, long Sales, long Refunds, long Reversals, Money Gross, Money Refund, Money Net, Money Fee);

public sealed record IdleTerminalAnswer(
    string TerminalNo,
    string? MerchantNo,
    string Clock,
    DateOnly? LastActivityOn,
    string ActivitySource,
    DateOnly DueOn,
    int IncompleteDays,
    string Rule,
    string Explanation,
    string WhatWouldChange);

public sealed record CloseAnswer(DateOnly BusinessDate, bool AlreadyClosed, IReadOnlyList<ClosedDayAnswer> Closed);

public sealed record ClosedDayAnswer(DateOnly BusinessDate, bool Complete, bool Insisted, int Findings);

public sealed record BookChecksAnswer(bool Ok, IReadOnlyList<BookCheckAnswer> Checks);

public sealed record BookCheckAnswer(string Code, bool Ok, string Text, long RowsChecked, IReadOnlyList<string> Misses);

public sealed record HeldLineAnswer(
    long HeldLineId, int FileId, string File, long Line, string MerchantNo, string TerminalNo, DateTimeOffset OccurredAt, string Kind, Money Amount,
    string Reference, string ReasonText);

public sealed record RepostAnswer(int Tried, int Posted, int Dismissed, int StillHeld);

public sealed record WithdrawalAnswer(
    int FileId, string File, DateOnly BusinessDate, bool AlreadyWithdrawn, long Rows, long HeldLines, int BackToHeld, IReadOnlyList<string> SendAgain);
