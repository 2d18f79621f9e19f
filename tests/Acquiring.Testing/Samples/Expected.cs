namespace Acquiring.Testing.Samples;

/// <summary>What becomes of one file's lines, as the command line reports it.</summary>
public sealed record FileOutcome(
    string File, long Posted, long Duplicates, long Held, long Malformed, long Sales, long Refunds, long Reversals,
    long GrossFen, long RefundFen, long FeeFen, long FeeDifferences)
{
    /// <summary>Every line becomes exactly one of the four.</summary>
    public long Lines => Posted + Duplicates + Held + Malformed;
}

public sealed record MerchantDay(string MerchantNo, DateOnly Date, long Sales, long NetFen, long FeeFen);

public sealed record IdleTerminal(string TerminalNo, string Clock, DateOnly LastActivityOn);
