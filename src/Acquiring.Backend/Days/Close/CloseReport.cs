namespace Acquiring.Backend.Days.Close;

/// <summary>What closing a business date did.</summary>
/// <param name="AlreadyClosed">The date was closed before; nothing was changed.</param>
/// <param name="Closed">The dates closed now, in order: missed ones first, the requested one last.</param>
public sealed record CloseReport(DateOnly BusinessDate, bool AlreadyClosed, IReadOnlyList<ClosedDate> Closed);

/// <param name="Complete">Whether every expected file was there.</param>
/// <param name="Insisted">Closed although a file was missing, because the caller insisted.</param>
/// <param name="Findings">How many terminals' idle verdicts changed.</param>
public sealed record ClosedDate(DateOnly BusinessDate, bool Complete, bool Insisted, int Findings);
