using Acquiring.Backend.Platform;

namespace Acquiring.Backend.Transactions.Volumes;

/// <summary>What a merchant took on a date.</summary>
/// <param name="Sales">Sale lines, reversed or not.</param>
/// <param name="Refund">Amounts of refunds and reversals.</param>
/// <param name="Net"><paramref name="Gross"/> less <paramref name="Refund"/>.</param>
/// <param name="Fee">Fees of sales less fees given back.</param>
/// <param name="Commission"><paramref name="Fee"/> less what issuer and network take of it; below zero is a loss.</param>
public sealed record MerchantDayVolume(
    string MerchantNo,
    DateOnly Date,
    int Sales,
    int Refunds,
    int Reversals,
    Money Gross,
    Money Refund,
    Money Net,
    Money Fee,
    Money Commission);

/// <summary>Which date a volume belongs to.</summary>
public enum VolumeDate
{
    /// <summary>When it happened: the default, and the date idleness is judged by.</summary>
    TransactionDate,

    /// <summary>Which business day it was posted to: what a closed day held never changes.</summary>
    BusinessDate,
}
