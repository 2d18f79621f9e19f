using Acquiring.Backend.Platform;

namespace Acquiring.Backend.Transactions.Volumes;

/// <summary>A period's volume as the HTTP interface writes it.</summary>
/// <param name="Period">A date (<c>2026-11-20</c>) or a month (<c>2026-11</c>).</param>
/// <param name="Imported">Some of it was imported: it lies before our own journal.</param>
public sealed record PeriodVolumeAnswer(
    string Period, int Sales, int Refunds, int Reversals, Money Gross, Money Refund, Money Net, Money Fee, bool Imported)
{
    public static IReadOnlyList<PeriodVolumeAnswer> Days(ActivityWindow window) => [.. window.Days.Select(v => Of(v, "yyyy-MM-dd"))];

    public static IReadOnlyList<PeriodVolumeAnswer> Months(ActivityWindow window) => [.. window.Months.Select(v => Of(v, "yyyy-MM"))];

    public static Money FeeOf(IReadOnlyList<PeriodVolume> periods) => new(periods.Sum(p => p.FeeFen));

    private static PeriodVolumeAnswer Of(PeriodVolume v, string format) => new(
        v.From.ToString(format), v.Sales, v.Refunds, v.Reversals, new Money(v.GrossFen), new Money(v.RefundFen),
        new Money(v.GrossFen - v.RefundFen), new Money(v.FeeFen), v.Imported);
}
