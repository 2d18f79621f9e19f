using Acquiring.Benchmarks.Bank;

namespace Acquiring.Benchmarks.Lists;

/// <summary>What people ask: filters, sorts, searches and details, all at random places of the bank.</summary>
internal sealed class ListRequests
{
    private static readonly string[] s_mccs = ["5411", "5331", "5211", "5039", "1520", "5812", "8062", "5541"];

    private readonly Random _random;
    private readonly BankRegistry _registry;

    public ListRequests(ListsOptions options, BankRegistry registry)
    {
        (_random, _registry) = (new Random(options.Seed), registry);
        Kinds =
        [
            ("merchants, sorted", () => $"merchants?sort={Pick("number", "name", "lastActivity", "volume")}&order={Pick("asc", "desc")}"),
            ("merchants, filtered", () => $"merchants?{Filter("suspended", "restricted")}&sort={Pick("number", "name", "lastActivity", "volume")}&order={Pick("asc", "desc")}"),
            ("merchants, filtered and counted", () => $"merchants?{Filter("suspended", "restricted")}&count=true"),
            ("terminals, sorted", () => $"terminals?sort={Pick("number", "serial", "lastActivity", "volume")}&order={Pick("asc", "desc")}"),
            ("terminals, filtered", () => $"terminals?{Filter("lost", "inStock")}&sort={Pick("number", "serial", "lastActivity", "volume")}&order={Pick("asc", "desc")}"),
            ("terminals idle for months", () => $"terminals?idleMonths={_random.Next(1, 13)}&branch={Branch()}&sort=lastActivity"),
            ("search, two Chinese characters", () => Search(LargeBranch.Name(_random).Substring(_random.Next(4), 2))),
            ("search, four Chinese characters", () => Search(LargeBranch.Name(_random).Substring(_random.Next(2), 4))),
            ("search, number or serial", () => Search(Pick(Merchant()[..12], Merchant(), Terminal(), "S" + Terminal()))),
            ("search, last four of the account", () => Search($"{_random.Next(10_000):D4}")),
            ("merchant, detail", () => $"merchants/{Merchant()}"),
            ("terminal, detail", () => $"terminals/{Terminal()}"),
        ];
    }

    public IReadOnlyList<(string Kind, Func<string> Next)> Kinds { get; }

    private string Filter(params string[] rareStates) => string.Join('&', _random.Next(6) switch
    {
        0 => [$"branch={Branch()}", "state=active"],
        1 => [$"mcc={Pick(s_mccs)}", $"township={Uri.EscapeDataString(LargeBranch.Township(_random))}"],
        2 => [$"state={Pick(rareStates)}"],
        3 => [$"lastActivityTo=2026-{_random.Next(1, 11):D2}-01", $"mcc={Pick(s_mccs)}"],
        4 => [$"volumeMinFen={_random.Next(2_000_000)}", $"branch={Branch()}"],
        _ => new[] { "lastActivity=never", $"branch={Branch()}", $"mcc={Pick(s_mccs)},{Pick(s_mccs)}" },
    });

    private static string Search(string text) => $"search?q={Uri.EscapeDataString(text)}";

    private string Branch() => Pick("360702", "360781", "360731", "360732");

    private string Merchant() => _registry.Merchants[_random.Next(_registry.Merchants.Count)].No;

    private string Terminal() => _registry.Terminals[_random.Next(_registry.Terminals.Count)].No;

    private string Pick(params string[] of) => of[_random.Next(of.Length)];
}
