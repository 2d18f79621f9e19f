namespace Acquiring.Core.Online;

/// <summary>The codes a notice can fail with; each has a text in both languages, with <c>{field}</c> and <c>{found}</c> to fill in.</summary>
public static class NoticeCodes
{
    public const string NotJson = "online.not-json";
    public const string UnknownField = "online.unknown-field";
    public const string Twice = "online.twice";
    public const string Missing = "online.missing";
    public const string MerchantNo = "online.merchant-no";
    public const string TerminalNo = "online.terminal-no";
    public const string Batch = "online.batch";
    public const string Stan = "online.stan";
    public const string Time = "online.time";
    public const string Kind = "online.kind";
    public const string Amount = "online.amount";
    public const string PayType = "online.pay-type";
    public const string CardKind = "online.card-kind";
    public const string Card = "online.card";
    public const string CardElsewhere = "online.card-elsewhere";
    public const string Reference = "online.reference";
    public const string OriginalOfSale = "online.original-of-sale";
    public const string OriginalMissing = "online.original-missing";
}
