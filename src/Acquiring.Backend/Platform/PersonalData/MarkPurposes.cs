namespace Acquiring.Backend.Platform.PersonalData;

/// <summary>What marks are made for. Stored marks depend on these words, so they never change.</summary>
public static class MarkPurposes
{
    public const string Account = "account";
    public const string CreditCode = "credit-code";
    public const string Licence = "licence";
    public const string Phone = "phone";
    public const string Premises = "premises";
    public const string Application = "application";
}
