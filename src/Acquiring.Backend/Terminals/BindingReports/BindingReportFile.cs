using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Terminals.BindingReports;

/// <summary>A change as the clearing house is told it, in the clear.</summary>
internal sealed record ReportedChange(
    long ChangeId, DateTime AtUtc, string Kind, string Items, string TerminalNo, string SerialNo, string AcquirerCode, string MerchantNo,
    string CreditCode, string SettlementAccount, string InstallationAddress, DateTime? ValidFromUtc, DateTime? ValidToUtc);

/// <summary>
/// The file: UTF-8, lines end with LF. The first line says what the rest is: <c>#binding-report</c>, the number, when it was made, how many
/// changes, how many of each kind, and the SHA-256 of all bytes after that line; so a file that was cut or altered is noticed without us.
/// </summary>
internal static class BindingReportFile
{
    public static readonly string[] Kinds = ["bound", "changed", "ended", "lost", "unrecoverable", "found"];

    private const string Columns =
        "change_no,at,kind,changed_items,terminal_no,serial_no,acquirer_code,merchant_no,credit_code,settlement_account," +
        "installation_address,valid_from,valid_to";

    public static string NameOf(int reportNo) => $"binding-report-{reportNo:D6}.csv";

    public static string Write(int reportNo, DateTime madeAtUtc, IReadOnlyList<ReportedChange> changes)
    {
        var body = new StringBuilder(Columns).Append('\n');
        foreach (var c in changes)
        {
            string[] cells =
            [
                c.ChangeId.ToString(CultureInfo.InvariantCulture), Time(c.AtUtc), c.Kind, c.Items, c.TerminalNo, c.SerialNo, c.AcquirerCode, c.MerchantNo,
                c.CreditCode, c.SettlementAccount, c.InstallationAddress, Time(c.ValidFromUtc), Time(c.ValidToUtc),
            ];
            body.AppendJoin(',', cells.Select(Cell)).Append('\n');
        }

        var text = body.ToString();
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        var counts = string.Join(',', Kinds.Select(k => $"{k}={changes.Count(c => c.Kind == k)}"));
        return $"#binding-report,{reportNo},{Time(madeAtUtc)},changes={changes.Count},{counts},sha256={digest}\n{text}";
    }

    private static string Time(DateTime? utc) =>
        utc is not { } time || time == DateTime.MinValue || time == DateTime.MaxValue ? "" : $"{BusinessTime.FromUtc(time):yyyy-MM-ddTHH:mm:ss}+08:00";

    private static string Cell(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
