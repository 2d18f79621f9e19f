using System.Globalization;
using Acquiring.Core.Registry;
using Acquiring.Testing.Samples;

namespace Acquiring.Benchmarks.Bank;

/// <summary>A large branch: every merchant has at least one terminal, every second one more. All of it is made up.</summary>
internal sealed class BankRegistry
{
    public const int MerchantCount = 20_000;
    public const int TerminalCount = 30_000;

    private static readonly string[] Branches = ["360702", "360781", "360731", "360732"];

    private static readonly (string Mcc, string Debit, long? DebitCap, string Credit, long? CreditCap)[] Plans =
    [
        ("5411", "0.38", null, "0.38", null), ("5331", "0.60", 2000, "0.60", null), ("5211", "0.78", null, "0.78", null),
        ("5039", "0.78", 2600, "0.78", 2600), ("1520", "1.25", 8000, "1.25", 8000), ("5812", "0.60", 2000, "0.60", null),
        ("8062", "0", null, "0", null), ("5541", "0.38", null, "0.45", null),
    ];

    private readonly SampleRegistry _registry;

    public BankRegistry(int seed)
    {
        var random = new Random(seed);
        var merchants = Enumerable.Range(0, MerchantCount).Select(i => Merchant(i, random)).ToArray();
        var installed = JournalOptions.Date.AddYears(-2);
        var terminals = Enumerable.Range(0, TerminalCount)
            .Select(i => new SampleTerminal($"{10_000_000 + i}", merchants[MerchantOf(i)], "N86", installed, null, Spare: false, Trades: true));
        _registry = new SampleRegistry { Merchants = merchants, Terminals = [.. terminals] };
        Prices = Array.ConvertAll(merchants, m => new Price(Hundredths(m.DebitRatePercent), m.DebitCapFen, Hundredths(m.CreditRatePercent), m.CreditCapFen));
    }

    public IReadOnlyList<SampleMerchant> Merchants => _registry.Merchants;

    public IReadOnlyList<SampleTerminal> Terminals => _registry.Terminals;

    public IReadOnlyList<Price> Prices { get; }

    public static int MerchantOf(int terminal) => terminal % MerchantCount;

    public IEnumerable<(RegistryFile File, byte[] Bytes)> Files() =>
    [
        (RegistryFile.Branches, _registry.BranchesCsv()), (RegistryFile.Merchants, _registry.MerchantsCsv()),
        (RegistryFile.Terminals, _registry.TerminalsCsv()),
    ];

    private static SampleMerchant Merchant(int i, Random random)
    {
        var (mcc, debit, debitCap, credit, creditCap) = Plans[i % Plans.Length];
        return new SampleMerchant(
            $"1023607{i:D8}", $"商户{i:D5}", mcc, Branches[random.Next(Branches.Length)], "", $"91360700MA{i:D8}", $"1510217{i:D12}",
            debit, debitCap, credit, creditCap);
    }

    private static int Hundredths(string percent) => (int)(decimal.Parse(percent, CultureInfo.InvariantCulture) * 100);
}

/// <summary>What a merchant pays, worked out apart from the product so that its fees are checked and not repeated.</summary>
internal readonly record struct Price(int DebitHundredths, long? DebitCapFen, int CreditHundredths, long? CreditCapFen)
{
    /// <summary>Half-up to the fen, then capped.</summary>
    public long FeeOf(long amountFen, bool credit)
    {
        var fee = ((amountFen * (credit ? CreditHundredths : DebitHundredths)) + 5_000) / 10_000;
        return Math.Min(fee, (credit ? CreditCapFen : DebitCapFen) ?? long.MaxValue);
    }
}
