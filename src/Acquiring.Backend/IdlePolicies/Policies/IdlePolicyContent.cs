using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Core.IdlePolicies;

namespace Acquiring.Backend.IdlePolicies.Policies;

/// <inheritdoc cref="PolicyLegalClocks"/>
public sealed record LegalClocksContent(int VerifyAfterMonths = 3, int RemoveAfterMonths = 12, string? Source = null);

/// <inheritdoc cref="LowVolumeRule"/>
public sealed record LowVolumeContent(
    int Months, long AmountFenBelow, int CountBelow, int? ActiveDaysBelow = null, long? CommissionFenBelow = null, string? Source = null);

/// <inheritdoc cref="PolicyExemption"/>
public sealed record PolicyExemptionContent(PolicyExemptionKind Kind, int? Days = null, string? Source = null);

/// <inheritdoc cref="AllTerminalsRule"/>
public sealed record AllTerminalsContent(int DaysMin, int DaysMax, string? Source = null);

/// <inheritdoc cref="MostTerminalsRule"/>
public sealed record MostTerminalsContent(int SharePercent, int Days, string? Source = null);

/// <inheritdoc cref="AnyTerminalRule"/>
public sealed record AnyTerminalContent(int DaysMoreThan, string? Source = null);

/// <inheritdoc cref="EarlyWarningRules"/>
public sealed record EarlyWarningContent(
    AllTerminalsContent? AllTerminals = null, MostTerminalsContent? MostTerminals = null, AnyTerminalContent? AnyTerminal = null);

/// <summary>A policy as it is proposed, kept and told. Each rule says where its numbers come from, with the grade: [S], [R] or [U].</summary>
/// <param name="LegalClocks">Left out: the law's. They are named, not set: other numbers are refused.</param>
/// <param name="LowVolume">Left out: nothing is low.</param>
/// <param name="Exemptions">Of the low-volume rule.</param>
/// <param name="EarlyWarning">Left out: nothing is warned of.</param>
public sealed record IdlePolicyContent(
    string? Name, LegalClocksContent? LegalClocks = null, LowVolumeContent? LowVolume = null,
    IReadOnlyList<PolicyExemptionContent?>? Exemptions = null, EarlyWarningContent? EarlyWarning = null)
{
    internal static IdlePolicyContent Parse(string json) => JsonSerializer.Deserialize<IdlePolicyContent>(json, PlatformJson.Options)!;

    internal string ToJson() => JsonSerializer.Serialize(this, PlatformJson.Options);

    /// <summary>Not judged: <see cref="IdlePolicyCheck"/> says what may be.</summary>
    internal IdlePolicy ToPolicy() => new(
        Name ?? "",
        LegalClocks is { } c ? new(c.VerifyAfterMonths, c.RemoveAfterMonths, c.Source ?? "") : new(3, 12, Core.Idle.IdleRule.Source),
        LowVolume is { } l ? new(l.Months, l.AmountFenBelow, l.CountBelow, l.ActiveDaysBelow, l.CommissionFenBelow, l.Source ?? "") : null,
        [.. (Exemptions ?? []).Select(e => e is null ? new PolicyExemption(default, null, "") : new(e.Kind, e.Days, e.Source ?? ""))],
        new(
            EarlyWarning?.AllTerminals is { } a ? new(a.DaysMin, a.DaysMax, a.Source ?? "") : null,
            EarlyWarning?.MostTerminals is { } m ? new(m.SharePercent, m.Days, m.Source ?? "") : null,
            EarlyWarning?.AnyTerminal is { } t ? new(t.DaysMoreThan, t.Source ?? "") : null));
}
