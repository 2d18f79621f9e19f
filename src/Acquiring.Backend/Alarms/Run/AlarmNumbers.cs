using System.Text.Json;
using Acquiring.Backend.Platform;

namespace Acquiring.Backend.Alarms.Run;

/// <summary>What an alarm was raised by, as it is kept and shown: canonical JSON, the members in this order.</summary>
internal static class AlarmNumbers
{
    public sealed record Quiet(
        DateOnly Since, DateOnly? ActiveOn, DateOnly FirstDisbursedOn, int QuietDays, int IncompleteDays, int Machines, string[] LoanRefs, long OutstandingFen);

    public sealed record Fall(
        DateOnly From, DateOnly To, DateOnly BaseFrom, long NetFen, int CountedDays, long BaseNetFen, int BaseCountedDays, int FallPercent);

    public sealed record Binding(string CaseKind, string TerminalNo, string MerchantNo, string? BoundMerchantNo, int Transactions, DateOnly FirstSeenOn);

    public sealed record Margin(DateOnly From, DateOnly To, int CountedDays, long NetFen, long MarginFen);

    public static string Json(object numbers) => JsonSerializer.Serialize(numbers, PlatformJson.Options);
}
