using System.Text;
using Acquiring.Core.Clearing;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Tests.Clearing;

/// <summary>Writes ZM lines: a layout of its own, so that a wrong width in the reader shows.</summary>
internal static class ZmText
{
    private static readonly (string Name, int Width, string Value)[] Sale =
    [
        ("trade_code", 3, "S22"), ("acquirer", 11, "01020000"), ("forwarder", 11, "00010000"), ("stan", 6, "000022"),
        ("time", 10, "1116165237"), ("pan", 19, "622202******7777"), ("amount", 12, "000001829640"), ("mcc", 4, "5541"),
        ("terminal_type", 2, "01"), ("query_id", 21, "26111610000072000022"), ("old_pay_type", 2, "00"),
        ("order_id", 32, "26111610000072000022"), ("card_kind", 2, "01"), ("original_stan", 6, "000000"),
        ("original_time", 10, "0000000000"), ("merchant_fee", 13, "C000000006953"), ("net_amount", 13, "C000001822687"),
        ("pay_type", 4, "0000"), ("group_merchant", 15, ""), ("transaction_type", 2, "01"), ("sub_type", 2, "00"),
        ("business_type", 6, "000000"), ("account_type", 2, "01"), ("bill_type", 4, "0000"), ("bill_no", 32, ""), ("mode", 1, "1"),
        ("original_query_id", 21, ""), ("merchant_no", 15, "102360755410001"), ("split_mode", 1, "0"), ("sub_merchant", 15, ""),
        ("sub_merchant_name", 32, ""), ("sub_amount", 13, "C000000000000"), ("sub_net_amount", 13, "C000000000000"),
        ("terminal_no", 8, "10000072"), ("reserved", 32, ""), ("discount", 13, "C000000000000"), ("invoice", 13, "C000000000000"),
        ("instalment_fee", 12, "000000000000"), ("instalments", 2, "00"), ("medium", 1, "1"),
    ];

    static ZmText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static Encoding Gbk => Encoding.GetEncoding(936);

    /// <summary>A debit sale of 18,296.40 yuan on 16 November, with some fields written otherwise.</summary>
    public static byte[] Line(params (string Name, string Value)[] changes) => Line(Encoding.UTF8, changes);

    public static byte[] Line(Encoding encoding, params (string Name, string Value)[] changes)
    {
        var bytes = new List<byte>();
        foreach (var (name, width, usual) in Sale)
        {
            var value = encoding.GetBytes(changes.Where(c => c.Name == name).Select(c => c.Value).FirstOrDefault(usual));
            value.Length.ShouldBeLessThanOrEqualTo(width, name);
            if (bytes.Count > 0)
            {
                bytes.Add((byte)' ');
            }

            bytes.AddRange(value);
            bytes.AddRange(Enumerable.Repeat((byte)' ', width - value.Length));
        }

        return [.. bytes];
    }

    public static byte[] Of(ClearingLine line) => Line(
        ("stan", $"{line.Stan:D6}"),
        ("time", $"{line.OccurredAt:MMddHHmmss}"),
        ("pan", line.FullCardNumber ?? line.Card.ToString()),
        ("amount", $"{line.AmountFen:D12}"),
        ("query_id", line.Reference),
        ("card_kind", line.CardKind == CardKind.Debit ? "01" : "02"),
        ("original_stan", $"{line.OriginalStan ?? 0:D6}"),
        ("original_time", line.OriginalOccurredAt is { } at ? $"{at:MMddHHmmss}" : "0000000000"),
        ("merchant_fee", line.DeclaredFeeFen is { } fee ? $"{(fee < 0 ? 'D' : 'C')}{Math.Abs(fee):D12}" : ""),
        ("transaction_type", line.Kind switch { TransactionKind.Sale => "01", TransactionKind.Refund => "04", _ => "31" }),
        ("original_query_id", line.OriginalReference),
        ("merchant_no", line.MerchantNo.Text),
        ("terminal_no", line.TerminalNo.Text));
}
