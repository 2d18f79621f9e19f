using System.Globalization;
using System.Text;

namespace Acquiring.Testing.Samples;

/// <param name="Debit">Hundredths of a per cent and the cap.</param>
public sealed record NaiveMerchant(string No, (long Rate, long? CapFen) Debit, (long Rate, long? CapFen) Credit)
{
    public long FeeOf(long amountFen, bool credit)
    {
        var (rate, cap) = credit ? Credit : Debit;
        var fee = (long)decimal.Round(amountFen * (decimal)rate / 10_000m, MidpointRounding.AwayFromZero);
        return cap is { } most ? Math.Min(fee, most) : fee;
    }
}

public sealed record NaiveTerminal(string No, string Merchant, DateOnly InstalledOn, DateOnly? LastTransactionOn, bool Spare);

/// <summary>The registry files, read with nothing but a split at commas.</summary>
public sealed record NaiveRegistry(IReadOnlyDictionary<string, NaiveMerchant> Merchants, IReadOnlyDictionary<string, NaiveTerminal> Terminals)
{
    public static NaiveRegistry Read(byte[] merchantsCsv, byte[] terminalsCsv) => new(
        Rows(merchantsCsv).ToDictionary(
            row => row["merchant_no"],
            row => new NaiveMerchant(row["merchant_no"], Terms(row, "debit"), Terms(row, "credit")),
            StringComparer.Ordinal),
        Rows(terminalsCsv).ToDictionary(
            row => row["terminal_no"],
            row => new NaiveTerminal(
                row["terminal_no"], row["merchant_no"], Date(row["installed_on"]),
                row["last_transaction_on"].Length == 0 ? null : Date(row["last_transaction_on"]), row["spare"] == "true"),
            StringComparer.Ordinal));

    private static (long Rate, long? CapFen) Terms(Dictionary<string, string> row, string card) => (
        (long)(decimal.Parse(row[card + "_rate_percent"], CultureInfo.InvariantCulture) * 100),
        row[card + "_cap_fen"].Length == 0 ? null : long.Parse(row[card + "_cap_fen"]));

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static IEnumerable<Dictionary<string, string>> Rows(byte[] csv)
    {
        var lines = Encoding.UTF8.GetString(csv).TrimStart('\uFEFF').Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var columns = lines[0].TrimEnd('\r').Split(',');
        return lines.Skip(1).Select(line => columns.Zip(line.TrimEnd('\r').Split(','))
            .ToDictionary(cell => cell.First, cell => cell.Second, StringComparer.Ordinal));
    }
}
