using Acquiring.Core.Loans;

namespace Acquiring.Core.Alarms;

/// <summary>A borrower on a date.</summary>
/// <param name="Since">Last activity, or the paying out of its first open loan when that is later.</param>
public sealed record BorrowerFacts(DateOnly Since, DateOnly? ActiveOn, DateOnly FirstDisbursedOn, int Loans, long OutstandingFen, int Machines);

/// <summary>A merchant's weeks, only of days that count: closed by then, their files complete.</summary>
public sealed record VolumeFacts(long NetFen, int CountedDays, long BaseNetFen, int BaseCountedDays, long MarginFen, long MarginNetFen);

/// <summary>From which level on a cause holds. Pure: facts and policy in, a level out; <c>null</c> is no cause.</summary>
public static class AlarmRules
{
    private const int WeekDays = 7;

    public static AlarmSeverity? Quiet(AlarmPolicy policy, int quietDays)
    {
        for (var level = policy.QuietDays.Count; level > 0; level--)
        {
            if (quietDays >= policy.QuietDays[level - 1])
            {
                return (AlarmSeverity)level;
            }
        }

        return null;
    }

    /// <summary>Too few days with files say nothing, neither that it fell nor that it came back: a cause then stays as it was.</summary>
    public static bool CanJudge(AlarmPolicy policy, int countedDays, int weeks) => countedDays * 100 >= weeks * WeekDays * policy.CountedPercentMin;

    /// <summary>
    /// What a day brought against what a day brought before, multiplied out: nothing is rounded. Falls by p percent when
    /// net ÷ days ≤ (base net ÷ base days) × (100 − p) ÷ 100.
    /// </summary>
    public static AlarmSeverity? Fall(AlarmPolicy policy, VolumeFacts facts)
    {
        if (facts.BaseNetFen <= 0 || (Int128)facts.BaseNetFen * WeekDays < (Int128)policy.FallBaseFenMin * facts.BaseCountedDays)
        {
            return null;
        }

        for (var i = policy.FallPercents.Count - 1; i >= 0; i--)
        {
            if ((Int128)facts.NetFen * facts.BaseCountedDays * 100 <= (Int128)facts.BaseNetFen * facts.CountedDays * (100 - policy.FallPercents[i]))
            {
                return (AlarmSeverity)(i + 2);
            }
        }

        return null;
    }

    /// <summary>By how much volume fell, in whole percent rounded down; for people, not for the rule.</summary>
    public static int FallPercent(VolumeFacts facts) => facts.NetFen <= 0
        ? 100
        : (int)(100 - Ceiling((Int128)facts.NetFen * facts.BaseCountedDays * 100, (Int128)facts.BaseNetFen * facts.CountedDays));

    public static AlarmSeverity? Margin(AlarmPolicy policy, VolumeFacts facts) =>
        -facts.MarginFen >= policy.MarginLossFenMin ? AlarmSeverity.Warning : null;

    public static int QuietDaysOf(BorrowerFacts borrower, DateOnly on, IReadOnlyList<DateOnly> incomplete) => QuietDays.Of(borrower.Since, on, incomplete);

    private static Int128 Ceiling(Int128 dividend, Int128 divisor) => (dividend + divisor - 1) / divisor;
}
