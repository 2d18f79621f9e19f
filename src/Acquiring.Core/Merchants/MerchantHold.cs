using Acquiring.Core.Transactions;

namespace Acquiring.Core.Merchants;

/// <summary>What a restriction takes from a merchant.</summary>
public enum RestrictionScope
{
    /// <summary>Sales by credit card; debit cards go on.</summary>
    CreditCards = 1,

    /// <summary>Sales by QR code.</summary>
    Qr,

    /// <summary>Sales by wallet.</summary>
    Wallet,

    /// <summary>Refunds. Voids and reversals, which undo a mistake at once, go on.</summary>
    Refunds,
}

/// <summary>A restriction, or with no scope named a suspension, until somebody lifts it.</summary>
/// <param name="HoldNo">The merchant's version that set it; names it within the merchant.</param>
/// <param name="Scopes">Empty for a suspension, which stops all sales.</param>
/// <param name="Cure">What the merchant has to do, or what has to come, for it to be lifted.</param>
public sealed record MerchantHold(
    int HoldNo, IReadOnlyList<RestrictionScope> Scopes, string Why, string Cure, string SetBy, DateTimeOffset SetAt)
{
    public bool IsSuspension => Scopes.Count == 0;

    /// <summary>Whether it keeps a transaction from being posted online. Clearing files tell what has happened and are not stopped.</summary>
    public bool Stops(TransactionKind kind, PayType payType, CardKind cardKind) =>
        IsSuspension ? kind == TransactionKind.Sale : Scopes.Any(s => s switch
        {
            RestrictionScope.CreditCards => kind == TransactionKind.Sale && payType == PayType.Card && cardKind == CardKind.Credit,
            RestrictionScope.Qr => kind == TransactionKind.Sale && payType == PayType.Qr,
            RestrictionScope.Wallet => kind == TransactionKind.Sale && payType == PayType.Wallet,
            RestrictionScope.Refunds => kind == TransactionKind.Refund,
            _ => throw new ArgumentOutOfRangeException(nameof(payType), s, "unknown scope"),
        });
}
