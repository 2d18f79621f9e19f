namespace Acquiring.Backend.Platform.PersonalData;

/// <summary>What marks are made for. Stored marks depend on these words, so they never change.</summary>
public static class MarkPurposes
{
    public const string Account = "account";
    public const string CreditCode = "credit-code";

    /// <summary>Of the settlement account; ten thousand values, so it hides them from who has the database and not the key.</summary>
    public const string AccountLastFour = "account-last-four";
    public const string Licence = "licence";
    public const string Phone = "phone";
    public const string Premises = "premises";

    /// <summary>Of a firm or shop, as it is compared.</summary>
    public const string Name = "name";
    public const string Application = "application";

    /// <summary>Of all that a request asked, so that its key is not used for another.</summary>
    public const string Request = "request";
}
