using Acquiring.Core.Limits;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Merchants.Limits;

/// <summary>Why a limit cannot be set, and which one a sale would pass.</summary>
internal static class LimitRefusals
{
    public static Refusal Breached(LimitBreach breach, PayType? of, long amountFen) => Refusal.Of(
        RefusalKind.Rule, breach.Kind switch
        {
            LimitKind.OneSale => "limit.one-sale",
            LimitKind.DaySum => "limit.day-sum",
            LimitKind.DayCount => "limit.day-count",
            LimitKind.MonthSum => "limit.month-sum",
            LimitKind.MonthCount => "limit.month-count",
            _ => throw new ArgumentOutOfRangeException(nameof(breach), breach.Kind, "not a limit"),
        },
        new Detail("payType", NameOf(of)), new Detail("limit", $"{breach.Limit}"), new Detail("used", $"{breach.Used}"),
        new Detail("amountFen", $"{amountFen}"));

    public static Refusal Twice(PayType? payType) =>
        Refusal.Of(RefusalKind.Invalid, "limit.twice", new Detail("payType", NameOf(payType)));

    public static Refusal Range(string field) => Refusal.Of(RefusalKind.Invalid, "limit.range", new Detail("field", field));

    public static Refusal Past(DateOnly date, DateOnly today) => Refusal.Of(
        RefusalKind.Invalid, "limit.past", new Detail("date", $"{date:yyyy-MM-dd}"), new Detail("today", $"{today:yyyy-MM-dd}"));

    public static Refusal Stale(int version, int current) => Refusal.Of(
        RefusalKind.Conflict, "limit.stale", new Detail("version", $"{version}"), new Detail("current", $"{current}"));

    public static Refusal UnknownMerchant(string merchantNo) =>
        Refusal.Of(RefusalKind.NotFound, "merchant.unknown", new Detail("merchantNo", merchantNo));

    private static string NameOf(PayType? payType) => payType switch
    {
        PayType.Card => "card",
        PayType.Qr => "qr",
        PayType.Wallet => "wallet",
        _ => "all",
    };
}
