using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>
/// Sees that every notice of a group gets its outcome. An outage fails all of them, nothing posted. Anything else that breaks the
/// transaction is the fault of one line: each is tried alone, and only that one fails. A commit that broke on its way is looked up.
/// A large group is copied before its turn; whatever goes wrong with that, short of its commit, it is posted as if it had not been tried.
/// </summary>
internal sealed partial class PostingGroup(
    NpgsqlDataSource database, PostingTransaction transaction, BrokenCommit broken, TimeProvider clock, ILogger<PostingGroup> log)
{
    /// <summary>
    /// How long a group with copied rows waits before it asks whether somebody waits for one of them. Who does may hold the lock that the
    /// group before waits for, which the server cannot see; then the rows are given up.
    /// </summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(300);

    /// <summary>A file writes its lines before it waits for the lock, so that the two may wait for each other; PostgreSQL then ends one.</summary>
    private const int DeadlocksMax = 3;

    /// <summary>Returns when every posting has its outcome; none has it earlier than those of the group before.</summary>
    /// <param name="before">The posting of the group before. It never throws.</param>
    public async Task PostAsync(IReadOnlyList<Posting> postings, Task before)
    {
        if (postings.Count <= FreshSales.RowsMax || !await TryAheadAsync(postings, before))
        {
            await before;
            await PostInTurnAsync(postings);
        }
    }

    /// <summary><c>false</c> when nothing was posted and nobody was told anything.</summary>
    private async Task<bool> TryAheadAsync(IReadOnlyList<Posting> postings, Task before)
    {
        var processId = 0;
        try
        {
            using var group = transaction.TryPrepare(postings);
            if (group is null)
            {
                return false;
            }

            await using var connection = await database.OpenConnectionAsync();
            processId = connection.ProcessID;
            var isCopied = await PostingTransaction.TryCopyAsync(connection, group, s_patience);
            group.MakeAnswers();
            isCopied = isCopied && await StaysCopiedAsync(connection, before);
            await before;
            return await transaction.TryEndAsync(connection, group, isCopied);
        }
        catch (CommitBrokenException e)
        {
            LogBroken(e.InnerException!, postings.Count);
            await broken.FindOutAsync(processId, postings);
            return true;
        }
#pragma warning disable CA1031 // Nothing is committed; if it was not by chance, it comes again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogInTurn(e, postings.Count);
            return false;
        }
    }

    private async Task<bool> StaysCopiedAsync(NpgsqlConnection connection, Task before)
    {
        while (true)
        {
            try
            {
                await before.WaitAsync(s_patience, clock);
                return true;
            }
            catch (TimeoutException)
            {
                if (await PostingTransaction.GiveUpIfInTheWayAsync(connection))
                {
                    return false;
                }
            }
        }
    }

    private async Task PostInTurnAsync(IReadOnlyList<Posting> postings)
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

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} notices could not be copied ahead; they are posted in their turn")]
    private partial void LogInTurn(Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The commit of {Count} notices broke; its outcome is looked up")]
    private partial void LogBroken(Exception exception, int count);
}
