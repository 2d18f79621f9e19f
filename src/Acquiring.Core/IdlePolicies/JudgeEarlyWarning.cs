using Acquiring.Core.Merchants;

namespace Acquiring.Core.IdlePolicies;

/// <summary>
/// Quiet for days: first whether all machines of a merchant are, then whether most are, then each by itself. Spares are neither warned of nor
/// counted, since a spare is meant to be quiet.
/// </summary>
internal static class JudgeEarlyWarning
{
    /// <summary>In the order of the terminals.</summary>
    public static IReadOnlyList<PolicyVerdict> Of(IdlePolicy policy, PolicyMerchant merchant, JudgedDates dates)
    {
        var rules = policy.EarlyWarning;
        var counted = merchant.Terminals.Where(t => !t.Spare).ToList();
        var active = counted.Count == 0 ? default : counted.Max(t => t.LastActivity.On);
        var all = rules.AllTerminals is { } a && counted.Count > 0 && dates.IdleDays(active) is var days && days >= a.DaysMin && days <= a.DaysMax ? a : null;
        var idle = rules.MostTerminals is { } m ? counted.Count(t => dates.IdleDays(t.LastActivity.On) >= m.Days) : 0;
        var most = rules.MostTerminals is { } b && idle > 0 && idle * 100 >= b.SharePercent * counted.Count ? b : null;
        return [.. merchant.Terminals.Select(Judge)];

        PolicyVerdict Judge(PolicyTerminal terminal)
        {
            var quiet = dates.IdleDays(terminal.LastActivity.On);
            return terminal.Spare ? PolicyVerdict.Clear(PolicyLayer.EarlyWarning, PolicyClearance.Spare)
                : all is not null ? Found(
                    terminal, "allTerminals", all.Source, dates.ReachedOn(active, all.DaysMin), dates,
                    [("terminals", counted.Count), ("merchantActiveOn", active), ("daysMin", all.DaysMin), ("daysMax", all.DaysMax)],
                    [PolicyFigures.Of(("what", "saleOfAnyTerminal")), PolicyFigures.Of(("what", "idleDaysMoreThan"), ("days", all.DaysMax))])
                : most is not null && quiet >= most.Days ? Found(
                    terminal, "mostTerminals", most.Source, dates.ReachedOn(terminal.LastActivity.On, most.Days), dates,
                    [("terminals", counted.Count), ("idleTerminals", idle), ("sharePercent", most.SharePercent), ("days", most.Days)],
                    [PolicyFigures.Of(("what", "sale")), PolicyFigures.Of(("what", "salesOfTerminals"), ("terminals", Enough(most, idle, counted.Count)))])
                : rules.AnyTerminal is { } any && quiet > any.DaysMoreThan ? Found(
                    terminal, "anyTerminal", any.Source, dates.ReachedOn(terminal.LastActivity.On, any.DaysMoreThan + 1), dates,
                    [("daysMoreThan", any.DaysMoreThan)], [PolicyFigures.Of(("what", "sale"))])
                : PolicyVerdict.Clear(
                    PolicyLayer.EarlyWarning, rules is { AllTerminals: null, MostTerminals: null, AnyTerminal: null } ? PolicyClearance.NoRule : PolicyClearance.Active,
                    PolicyFigures.Of(("lastActivityOn", terminal.LastActivity.On)));
        }
    }

    private static PolicyVerdict Found(
        PolicyTerminal terminal, string rule, string source, DateOnly reachedOn, JudgedDates dates, IReadOnlyList<(string, object?)> numbers,
        IReadOnlyList<PolicyFigures> levers) => new(
        PolicyLayer.EarlyWarning, PolicyState.Found, rule, null,
        PolicyFigures.Of(
            [("lastActivityOn", terminal.LastActivity.On), ("reachedOn", reachedOn),
             ("incompleteDays", reachedOn > terminal.LastActivity.On ? dates.IncompleteWithin(terminal.LastActivity.On, reachedOn) : 0), .. numbers]),
        [PolicyFigures.Of(("activity", MerchantRefusals.Word(terminal.LastActivity.Source)), ("source", source))],
        [.. levers, PolicyFigures.Of(("what", "spare"))]);

    /// <summary>How many of the idle ones would have to sell so that they are no longer most.</summary>
    private static int Enough(MostTerminalsRule most, int idle, int counted)
    {
        var sold = 1;
        while ((idle - sold) * 100 >= most.SharePercent * counted && sold < idle)
        {
            sold++;
        }

        return sold;
    }
}
