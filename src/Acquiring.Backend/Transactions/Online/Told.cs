using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>What a posting will be told once the commit is durable.</summary>
internal readonly record struct Told(Posting Posting, NoticeResult? Result, Refusal? Refusal);
