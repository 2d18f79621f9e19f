namespace Acquiring.Backend.IdlePolicies.Run;

/// <summary>Which merchants are linked to a loan, in the one place where it is asked. Until loans are known here, none is.</summary>
internal static class LoanLinks
{
    /// <summary>
    /// Rows <c>(merchant_id, loan)</c> on the date <c>$4</c>, for the merchants that the condition given names. Whatever links or unlinks a merchant
    /// notes it in <c>idle_verdict_due</c> with the date from which it counts.
    /// </summary>
    public static string Sql(string condition) =>
        $"select merchant_id, null::text as loan from merchant where false and $4::date is not null and {condition}";
}
