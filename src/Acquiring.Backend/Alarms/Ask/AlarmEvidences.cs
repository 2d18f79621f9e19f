using System.Text.Json;
using Acquiring.Backend.Alarms.Run;
using Acquiring.Backend.Platform;
using Acquiring.Core.Alarms;

namespace Acquiring.Backend.Alarms.Ask;

/// <summary>Says where the rows behind an alarm's numbers are read.</summary>
internal static class AlarmEvidences
{
    /// <summary>Of the list of business days.</summary>
    private const int DatesMax = 400;

    public static IReadOnlyList<AlarmEvidence> Of(string kind, string? merchantNo, string numbers) => AlarmWords.Kind(kind) switch
    {
        AlarmKind.LoanQuiet => [.. Of(merchantNo, Read<AlarmNumbers.Quiet>(numbers))],
        AlarmKind.VolumeFall => [.. Of(merchantNo, Read<AlarmNumbers.Fall>(numbers))],
        AlarmKind.BindingDisagrees => [.. Of(Read<AlarmNumbers.Binding>(numbers))],
        _ => [.. Of(merchantNo, Read<AlarmNumbers.Margin>(numbers))],
    };

    private static IEnumerable<AlarmEvidence> Of(string? merchantNo, AlarmNumbers.Quiet n)
    {
        var on = n.Since.AddDays(n.QuietDays + n.IncompleteDays);
        foreach (var loan in n.LoanRefs)
        {
            yield return new("loanRefs,outstandingFen,firstDisbursedOn", $"/api/v1/loans/{Uri.EscapeDataString(loan)}?on={on:yyyy-MM-dd}");
        }

        yield return Volumes("activeOn,since", merchantNo, n.Since, on);
        yield return Days("quietDays,incompleteDays", n.Since.AddDays(1), on);
        yield return new("machines", $"/api/v1/terminals?merchantNo={merchantNo}");
    }

    private static IEnumerable<AlarmEvidence> Of(string? merchantNo, AlarmNumbers.Fall n) =>
    [
        Volumes("netFen", merchantNo, n.From, n.To), Volumes("baseNetFen", merchantNo, n.BaseFrom, n.From.AddDays(-1)),
        Days("countedDays,baseCountedDays", n.BaseFrom, n.To),
    ];

    private static IEnumerable<AlarmEvidence> Of(AlarmNumbers.Binding n) =>
    [
        new("caseKind,transactions,merchantNo,firstSeenOn", $"/api/v1/binding-cases?terminal={n.TerminalNo}"),
        new("boundMerchantNo", $"/api/v1/terminals/{n.TerminalNo}/bindings"),
    ];

    private static IEnumerable<AlarmEvidence> Of(string? merchantNo, AlarmNumbers.Margin n) =>
        [Volumes("netFen,marginFen", merchantNo, n.From, n.To), Days("countedDays", n.From, n.To)];

    private static AlarmEvidence Volumes(string of, string? merchantNo, DateOnly from, DateOnly to) =>
        new(of, $"/api/v1/volumes?merchantNo={merchantNo}&from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}");

    /// <summary>The latest that one answer tells.</summary>
    private static AlarmEvidence Days(string of, DateOnly from, DateOnly to)
    {
        var first = to.DayNumber - from.DayNumber < DatesMax ? from : to.AddDays(1 - DatesMax);
        return new(of, $"/api/v1/business-days?from={first:yyyy-MM-dd}&to={to:yyyy-MM-dd}");
    }

    private static T Read<T>(string numbers) => JsonSerializer.Deserialize<T>(numbers, PlatformJson.Options)!;
}
