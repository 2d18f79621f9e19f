using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Acquiring.Acceptance.Interrupted.Load;

/// <summary>What one terminal reports, the same bytes each time it is sent.</summary>
/// <param name="Of">The sale that a void or a refund gives back.</param>
internal sealed record Notice(string MerchantNo, string TerminalNo, int Stan, string Kind, long AmountFen, DateTime At, Notice? Of)
{
    public static readonly MediaTypeHeaderValue Json = new("application/json");

    public NoticeKey Key => new(TerminalNo, Stan, Kind switch { "sale" => 1, "refund" => 2, _ => 3 });

    public string Reference => string.Create(CultureInfo.InvariantCulture, $"{At:yyMMdd}{TerminalNo}{Stan:D6}");

    public long NetFen => Kind == "sale" ? AmountFen : -AmountFen;

    public byte[] Body()
    {
        var sale = Of ?? this;
        var original = Of is null ? "" : $",\"originalReference\":\"{Of.Reference}\"";
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"merchantNo":"{{MerchantNo}}","terminalNo":"{{TerminalNo}}","batch":1,"stan":{{Stan}},"occurredAt":"{{At:yyyy-MM-ddTHH:mm:ss}}+08:00","kind":"{{Kind}}","amountFen":{{AmountFen}},"cardKind":"{{(sale.Stan % 2 == 0 ? "debit" : "credit")}}","card":"622202******{{sale.Stan % 10_000:D4}}","reference":"{{Reference}}"{{original}}}"""));
    }
}

/// <param name="Kind">As the journal numbers it: 1 sale, 2 refund, 3 void.</param>
internal readonly record struct NoticeKey(string TerminalNo, int Stan, int Kind);
