namespace Acquiring.Backend.Transactions.Online;

/// <summary>The connection was lost after the commit was sent: it may have happened or not.</summary>
internal sealed class CommitBrokenException(Exception innerException) : Exception("the outcome of a commit is unknown", innerException);
