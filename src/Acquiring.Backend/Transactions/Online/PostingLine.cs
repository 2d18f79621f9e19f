using Acquiring.Backend.Transactions.Judging;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>A posting with the candidate that one attempt to post it judges.</summary>
internal readonly record struct PostingLine(Posting Posting, Candidate Candidate)
{
    /// <summary>What is told of it once the commit that posts it is durable.</summary>
    public Told Posted => new(Posting, NoticeResult.Posted(Candidate.Line, Candidate.Row!, isDuplicate: false), null);
}
