using Acquiring.Core.Pricing;
using Acquiring.Core.Registry;

namespace Acquiring.Backend.Loans;

/// <summary>One row of a list of loans.</summary>
internal readonly record struct LoanRow(
    string MerchantNo, string LoanRef, string Product, long? PrincipalFen, long OutstandingFen, DateOnly DisbursedOn, DateOnly? NextDueOn, Rate Share,
    long? DeclaredTurnoverFen, DateOnly AsOf)
{
    public const int ProductCharsMax = 60;

    /// <summary>In any order. The unit of an amount is in its column's name.</summary>
    public static readonly string[] Columns =
        ["merchant_no", "loan_ref", "product", "outstanding_fen|outstanding_yuan", "disbursed_on", "next_due_on", "share_percent", "as_of"];

    /// <summary>May be left out, and so may be their cells.</summary>
    public static readonly string[] OptionalColumns =
        ["principal_fen|principal_yuan", "declared_monthly_turnover_fen|declared_monthly_turnover_yuan"];

    public static LoanRow Read(RegistryCells cells, IReadOnlyList<string> names)
    {
        var row = new LoanRow(
            cells.MerchantNumber("merchant_no"), cells.Code("loan_ref"), cells.Words("product", ProductCharsMax), cells.OptionalMoney(Named("principal_")),
            cells.Money(Named("outstanding_")), cells.Date("disbursed_on"), cells.OptionalDate("next_due_on"), cells.Percent("share_percent"),
            cells.OptionalMoney(Named("declared_monthly_turnover_")), cells.Date("as_of"));
        // A turnover of nothing is none declared.
        return row with { DeclaredTurnoverFen = row.DeclaredTurnoverFen is 0 ? null : row.DeclaredTurnoverFen };

        string Named(string start) => names.First(n => n.StartsWith(start, StringComparison.Ordinal));
    }
}
