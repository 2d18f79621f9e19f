using System.Globalization;
using System.Text.Json;
using Acquiring.Core.Alarms;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;

namespace Acquiring.Backend.Alarms.Ask;

/// <param name="Act"><c>raise</c>, <c>escalate</c>, <c>ease</c>, <c>end</c> or <c>acknowledge</c>.</param>
/// <param name="Note">What was noted at an acknowledgement; why it ended.</param>
public sealed record AlarmStepAnswer(int Version, string Act, DateOnly On, AlarmSeverity Severity, string Note, string Actor, DateTimeOffset At);

/// <param name="Of">Which of the numbers, divided by commas.</param>
/// <param name="Href">The rows behind them, by GET.</param>
public sealed record AlarmEvidence(string Of, string Href);

/// <summary>Something somebody should look at.</summary>
/// <param name="State"><c>open</c>, <c>acknowledged</c> (at its present severity) or <c>ended</c>.</param>
/// <param name="EndReason"><c>activeAgain</c>, <c>loanClosed</c>, <c>volumeBack</c>, <c>caseDecided</c> or <c>marginBack</c>; null while it is open.</param>
/// <param name="Numbers">What was found when it was raised or came to its severity; the members hang on the kind.</param>
/// <param name="Says">The same in a sentence.</param>
/// <param name="Evidence">Where the rows behind the numbers are read. They show what is known now: lines that came later are in them.</param>
/// <param name="WhatWouldEnd">What would end it by itself.</param>
/// <param name="ManagerCode">Who looks after the merchant now.</param>
/// <param name="Steps">Only when one alarm is asked for.</param>
public sealed record AlarmAnswer(
    long AlarmId, AlarmKind Kind, AlarmSeverity Severity, string State, string? MerchantNo, string? MerchantName, string? BranchCode, string? ManagerCode,
    int? BindingCaseId, DateOnly RaisedOn, DateOnly ChangedOn, DateOnly? EndedOn, string? EndReason, JsonElement Numbers, string Says,
    IReadOnlyList<AlarmEvidence> Evidence, string WhatWouldEnd,
    int PolicyVersion, string? AcknowledgedBy, DateTimeOffset? AcknowledgedAt, string Note, int Version, IReadOnlyList<AlarmStepAnswer>? Steps);

/// <summary>Puts an alarm's numbers into words.</summary>
internal static class AlarmSentences
{
    public static string Of(TextCatalog texts, CultureInfo language, string what, string kind, JsonElement numbers) => texts.Text(
        $"alarm.{what}.{kind}", language, [.. numbers.EnumerateObject().Select(p => new Detail(p.Name, Text(p)))]);

    /// <summary>Amounts are told in yuan.</summary>
    private static string Text(JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.Number when property.Name.EndsWith("Fen", StringComparison.Ordinal) =>
            (property.Value.GetInt64() / 100m).ToString("0.00", CultureInfo.InvariantCulture),
        JsonValueKind.Array => string.Join(", ", property.Value.EnumerateArray()),
        JsonValueKind.Null => "-",
        _ => property.Value.ToString(),
    };
}
