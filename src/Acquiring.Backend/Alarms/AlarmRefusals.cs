using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Alarms;

/// <summary>Why something about alarms is not done.</summary>
internal static class AlarmRefusals
{
    public static Refusal Unknown(long alarmId) => Refusal.Of(RefusalKind.NotFound, "alarm.unknown", new Detail("alarmId", $"{alarmId}"));

    public static Refusal Ended(DateOnly on) => Refusal.Of(RefusalKind.Conflict, "alarm.ended", new Detail("endedOn", Text(on)));

    public static Refusal Acknowledged(string by) => Refusal.Of(RefusalKind.Conflict, "alarm.acknowledged", new Detail("by", by));

    public static Refusal DatePassed(DateOnly date, DateOnly last) =>
        Refusal.Of(RefusalKind.Conflict, "alarm.date-passed", new Detail("date", Text(date)), new Detail("last", Text(last)));

    public static Refusal NightBeforeOpen(DateOnly night) => Refusal.Of(RefusalKind.Conflict, "alarm.night-before-open", new Detail("night", Text(night)));

    public static Refusal DateOpen(DateOnly date) => Refusal.Of(RefusalKind.Conflict, "alarm.date-open", new Detail("date", Text(date)));

    public static Refusal DateRange(DateOnly date, DateOnly first, DateOnly last) => Refusal.Of(
        RefusalKind.Invalid, "alarm.date-range", new Detail("date", Text(date)), new Detail("first", Text(first)), new Detail("last", Text(last)));

    private static string Text(DateOnly date) => $"{date:yyyy-MM-dd}";
}
