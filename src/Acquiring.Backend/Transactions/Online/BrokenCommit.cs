using Acquiring.Backend.Platform;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>
/// Finds out what became of a commit whose answer never came: on another connection, after the lock that the lost one held is free, each
/// line is looked up by its key. Found is posted; not found is surely not posted, since whoever could still post it holds the lock.
/// </summary>
internal sealed class BrokenCommit(NpgsqlDataSource database, RegistrySnapshots registries, ChangeCounter changes, TimeProvider clock)
{
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(200);

    /// <summary>Gives every posting an outcome; after <see cref="OnlineLimits.LookUpMax"/> without a database it is "unknown".</summary>
    public async Task FindOutAsync(int lostProcessId, IReadOnlyList<Posting> postings)
    {
        var since = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await LookUpAsync(lostProcessId, postings);
                return;
            }
            catch (Exception e) when (FailureHandler.RefusalOf(e) is { Kind: RefusalKind.Unavailable })
            {
                if (clock.GetElapsedTime(since) >= OnlineLimits.LookUpMax)
                {
                    foreach (var posting in postings)
                    {
                        posting.Fail(new RefusedException(OnlineRefusals.OutcomeUnknown(), e), isOutcomeUnknown: true);
                    }

                    return;
                }

                await Task.Delay(s_between, clock);
            }
        }
    }

    private async Task LookUpAsync(int lostProcessId, IReadOnlyList<Posting> postings)
    {
        await using var connection = await database.OpenConnectionAsync();
        await EndAsync(connection, lostProcessId);
        await using var transaction = await connection.BeginTransactionAsync();
        await IngestLock.TakeAsync(connection, CancellationToken.None);
        var registry = await registries.CurrentAsync(connection, CancellationToken.None);
        var found = await FirstResults.FindAsync(connection, registry, postings);
        changes.AdvanceOnline();
        for (var i = 0; i < postings.Count; i++)
        {
            if (found[i] is not { } first)
            {
                postings[i].Fail(new RefusedException(Refusal.Of(RefusalKind.Unavailable, "platform.database-unavailable")));
            }
            else if (first.Refusal is { } refusal)
            {
                postings[i].Refuse(refusal);
            }
            else
            {
                postings[i].Decide(first.Result! with { IsDuplicate = false });
            }
        }
    }

    /// <summary>The lost connection may live on at the server's side and hold the lock until the network tells it: it is ended.</summary>
    private static async Task EndAsync(NpgsqlConnection connection, int lostProcessId)
    {
        await using var command = new NpgsqlCommand(
            """
            select pg_terminate_backend(l.pid)
            from pg_locks l
            where l.pid = $1 and l.locktype = 'advisory' and l.granted
              and l.classid::bigint = $2 >> 32 and l.objid::bigint = $2 & 4294967295
            """,
            connection);
        command.Parameters.Add(new() { Value = lostProcessId });
        command.Parameters.Add(new() { Value = DatabaseLocks.Ingest });
        await command.ExecuteNonQueryAsync();
    }
}
