namespace Acquiring.Core.Transactions;

/// <summary>Local business time: UTC+8, without daylight saving since 1991. A fixed offset, so that no time zone data is needed.</summary>
public static class BusinessTime
{
    public static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    public static DateTimeOffset ToOffset(DateTime local) => new(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), Offset);

    /// <summary>As PostgreSQL's timestamptz wants it.</summary>
    public static DateTime ToUtc(DateTime local) => DateTime.SpecifyKind(local - Offset, DateTimeKind.Utc);

    public static DateTime FromUtc(DateTime utc) => DateTime.SpecifyKind(utc + Offset, DateTimeKind.Unspecified);

    /// <summary>The moment a date is over, as PostgreSQL's timestamptz wants it. The last date there is has no end.</summary>
    public static DateTime EndOf(DateOnly date) =>
        date == DateOnly.MaxValue ? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc) : ToUtc(date.AddDays(1).ToDateTime(TimeOnly.MinValue));

    public static DateOnly Today(TimeProvider clock) => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime + Offset);
}
