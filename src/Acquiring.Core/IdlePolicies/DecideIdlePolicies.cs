namespace Acquiring.Core.IdlePolicies;

/// <summary>The verdicts of one terminal, of both layers.</summary>
public sealed record TerminalVerdicts(PolicyTerminal Terminal, PolicyVerdict LowVolume, PolicyVerdict EarlyWarning)
{
    public PolicyVerdict Of(PolicyLayer layer) => layer == PolicyLayer.LowVolume ? LowVolume : EarlyWarning;
}

/// <summary>The verdicts of a merchant's machines as a pure function of policy, facts and date.</summary>
public static class DecideIdlePolicies
{
    public static IReadOnlyList<PolicyLayer> Layers { get; } = Enum.GetValues<PolicyLayer>();

    /// <summary>In the order of the terminals.</summary>
    public static IReadOnlyList<TerminalVerdicts> Of(IdlePolicy policy, PolicyMerchant merchant, JudgedDates dates)
    {
        var warnings = JudgeEarlyWarning.Of(policy, merchant, dates);
        return [.. merchant.Terminals.Select((t, i) => new TerminalVerdicts(t, JudgeLowVolume.Of(policy, merchant, t, dates), warnings[i]))];
    }
}
