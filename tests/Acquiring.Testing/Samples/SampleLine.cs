namespace Acquiring.Testing.Samples;

public enum SampleKind
{
    Sale,
    Refund,
    Reversal,
}

/// <summary>One transaction as a file tells it, whatever the format.</summary>
/// <param name="Original">The sale that a refund or a reversal names.</param>
public sealed record SampleLine(
    SampleMerchant Merchant, string TerminalNo, int Batch, int Stan, DateTime At, SampleKind Kind, long AmountFen, bool Credit,
    string Card, string Reference, SampleLine? Original, long DeclaredFeeFen)
{
    /// <summary>What is left to give back is the generator's own book, so that no refund exceeds its sale unless meant to.</summary>
    public bool GivenBack { get; set; }
}
