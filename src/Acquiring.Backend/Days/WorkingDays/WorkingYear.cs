using Acquiring.Core.Days;

namespace Acquiring.Backend.Days.WorkingDays;

/// <summary>One year of the calendar, as decreed.</summary>
/// <param name="Version">0 where the year is not known: then <paramref name="Days"/> is empty and its weekends are assumed.</param>
/// <param name="Source">The decree, and how well it is known.</param>
/// <param name="Days">Holidays, weekends among them where the decree names them, and the weekends worked instead, in order.</param>
public sealed record WorkingYearAnswer(int Year, int Version, string? Source, IReadOnlyList<WorkingDayAnswer> Days);

/// <param name="Works">A Saturday or Sunday that is worked instead; otherwise a holiday.</param>
public sealed record WorkingDayAnswer(DateOnly On, bool Works, string Name);

/// <summary>The whole year: what is left out is an ordinary day again.</summary>
/// <param name="Source">1 to 200 characters.</param>
/// <param name="Days">At most 60.</param>
public sealed record SetWorkingYearRequest(string? Source, IReadOnlyList<WorkingDayRequest?>? Days);

/// <param name="Name">1 to 40 characters.</param>
public sealed record WorkingDayRequest(DateOnly On, bool Works, string? Name);

/// <summary>A date of the calendar.</summary>
/// <param name="Works">Whether it is worked.</param>
/// <param name="Name">Of the holiday, or of what it is worked instead of.</param>
/// <param name="Assumed">The decree of its year is not known here.</param>
public sealed record CalendarDayAnswer(DateOnly On, DayKind Kind, bool Works, string? Name, bool Assumed);
