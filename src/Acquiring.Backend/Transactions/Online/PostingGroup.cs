using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>
/// Sees that every notice of a group gets its outcome. An outage fails all of them, nothing posted. Anything else that breaks the
/// transaction is the fault of one line: each is tried alone, and only that one fails. A commit that broke on its way is looked up.
/// </summary>
internal sealed partial class PostingGroup(NpgsqlDataSource database, PostingTransaction transaction, BrokenCommit broken, ILogger<PostingGroup> log)
{
    /// <summary>A file writes its lines before it waits for the lock, so that the two may wait for each other; PostgreSQL then ends one.</summary>
    private const int DeadlocksMax = 3;

    public async Task PostAsync(IReadOnlyList<Posting> postings)
    {
        if (postings.Count == 0 || await TryAsync(postings) is not { } failure)
        {
            return;
        }

        for (var n = 0; n < DeadlocksMax && failure is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected }; n++)
        {
            if (await TryAsync(postings) is not { } next)
            {
                return;
            }

            failure = next;
        }

        if (postings.Count == 1 || IsOutage(failure))
        {
            FailAll(postings, failure);
            return;
        }

        LogApart(failure, postings.Count);
        foreach (var posting in postings)
        {
            Posting[] alone = [posting];
            if (await TryAsync(alone) is { } own)
            {
                FailAll(alone, own);
            }
        }
    }

    private static bool IsOutage(Exception failure) => FailureHandler.RefusalOf(failure) is { Kind: RefusalKind.Unavailable };

    private static void FailAll(IReadOnlyList<Posting> postings, Exception failure)
    {
        foreach (var posting in postings)
        {
            posting.Fail(failure);
        }
    }

    /// <summary>Returns why nothing was posted; <c>null</c> when every posting has its outcome.</summary>
    private async Task<Exception?> TryAsync(IReadOnlyList<Posting> postings)
    {
        var processId = 0;
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            processId = connection.ProcessID;
            await transaction.RunAsync(connection, postings);
            return null;
        }
        catch (CommitBrokenException e)
        {
            LogBroken(e.InnerException!, postings.Count);
            await broken.FindOutAsync(processId, postings);
            return null;
        }
#pragma warning disable CA1031 // Whatever it is, the group is answered with it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A group of {Count} notices could not be posted; each is tried alone")]
    private partial void LogApart(Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The commit of {Count} notices broke; its outcome is looked up")]
    private partial void LogBroken(Exception exception, int count);
}
