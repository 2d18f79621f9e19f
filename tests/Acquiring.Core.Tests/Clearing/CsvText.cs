using System.Globalization;
using System.Text;
using Acquiring.Core.Clearing;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Tests.Clearing;

/// <summary>Writes CSV lines of both dialects.</summary>
internal static class CsvText
{
    public const string FenHeader =
        "merchant_no,terminal_no,batch_no,stan,transacted_at,kind,amount_fen,card_kind,pan_masked,reference_no,original_reference_no,declared_fee_fen";

    public static readonly string YuanHeader = FenHeader.Replace("_fen", "_yuan", StringComparison.Ordinal);

    private static readonly Dictionary<string, string> Sale = new(StringComparer.Ordinal)
    {
        ["merchant_no"] = "102360755110006",
        ["terminal_no"] = "10000059",
        ["batch_no"] = "000001",
        ["stan"] = "000006",
        ["transacted_at"] = "2026-11-14T19:54:45+08:00",
        ["kind"] = "sale",
        ["amount_fen"] = "128",
        ["amount_yuan"] = "1.28",
        ["card_kind"] = "debit",
        ["pan_masked"] = "622202******3999",
        ["reference_no"] = "26111410000059000006",
        ["original_reference_no"] = "",
        ["declared_fee_fen"] = "1",
        ["declared_fee_yuan"] = "0.01",
    };

    /// <summary>A debit sale of 1.28 yuan on 14 November 2026, with some columns written otherwise.</summary>
    public static byte[] Line(string header, params (string Name, string Value)[] changes) =>
        Encoding.UTF8.GetBytes(string.Join(',', header.Split(',').Select(name =>
            changes.Where(c => c.Name == name).Select(c => c.Value).FirstOrDefault(Sale[name]))));

    public static byte[] Of(string header, ClearingLine line) => Line(
        header,
        ("merchant_no", line.MerchantNo.Text),
        ("terminal_no", line.TerminalNo.Text),
        ("batch_no", line.Batch == ClearingLine.NoBatch ? "" : $"{line.Batch:D6}"),
        ("stan", $"{line.Stan:D6}"),
        ("transacted_at", line.OccurredAt.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + "+08:00"),
        ("kind", line.Kind switch { TransactionKind.Sale => "sale", TransactionKind.Refund => "refund", _ => "reversal" }),
        ("amount_fen", $"{line.AmountFen}"),
        ("amount_yuan", Yuan(line.AmountFen)),
        ("card_kind", line.CardKind == CardKind.Debit ? "debit" : "credit"),
        ("pan_masked", line.FullCardNumber ?? line.Card.ToString()),
        ("reference_no", $"\"{line.Reference}\""),
        ("original_reference_no", line.OriginalReference),
        ("declared_fee_fen", $"{line.DeclaredFeeFen}"),
        ("declared_fee_yuan", line.DeclaredFeeFen is { } fee ? Yuan(fee) : ""));

    private static string Yuan(long fen) => $"{(fen < 0 ? "-" : "")}{Math.Abs(fen) / 100}.{Math.Abs(fen) % 100:D2}";
}
