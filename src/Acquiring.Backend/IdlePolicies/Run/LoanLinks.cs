namespace Acquiring.Backend.IdlePolicies.Run;

/// <summary>Which merchants are linked to a loan, in the one place where it is asked: those with a loan open on the date, as the lists say now.</summary>
internal static class LoanLinks
{
    /// <summary>
    /// Rows <c>(merchant_id, loan)</c> on the date <c>$4</c>, for the merchants that the condition on <c>l.merchant_id</c> names; of several loans the
    /// first reference by its bytes, so that the answer does not hang on a collation. What links or unlinks a merchant is noted in
    /// <c>idle_verdict_due</c> with the date from which it counts (<c>loan_step_may_link</c>); another sum owed is no other link.
    /// </summary>
    public static string Sql(string condition) =>
        $"""
        select l.merchant_id, min(l.loan_ref collate "C") as loan
        from loan l join loan_version v using (loan_id)
        where {condition} and v.valid_from <= $4 and v.valid_to > $4
        group by l.merchant_id
        """;
}
