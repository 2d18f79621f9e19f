using Acquiring.Backend.Platform;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Held;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Backend.Transactions.Judging;
using Acquiring.Backend.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;
using Orleans;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>
/// Posts a group in one transaction: judged like a clearing file's lines and under the same lock, so that notices and files see each
/// other's lines. What a file's line would wait for in suspense refuses a notice, except for a sale that has not come yet.
/// </summary>
internal sealed class PostingTransaction(RegistrySnapshots registries, ChangeCounter changes, IGrainFactory grains, VolumeFolding folding, TimeProvider clock)
{
    /// <summary>What a posting will be told once the commit is durable.</summary>
    private readonly record struct Told(Posting Posting, NoticeResult? Result, Refusal? Refusal);

    /// <exception cref="CommitBrokenException">The outcome is unknown; nobody was told anything.</exception>
    public async Task RunAsync(NpgsqlConnection connection, IReadOnlyList<Posting> postings)
    {
        // Not disposed here: the caller's closing of the connection undoes it, and on a lost connection does not hide why.
        var transaction = await connection.BeginTransactionAsync();
        await IngestLock.TakeAsync(connection, CancellationToken.None);
        var registry = await registries.CurrentAsync(connection, CancellationToken.None);
        var now = clock.GetUtcNow();
        var lines = postings.Select(p => (Posting: p, Candidate: p.NewCandidate(OnlineRow.LineNoOf(now)))).ToList();

        var told = new List<Told>(postings.Count);
        var asRepeated = new List<(Posting Posting, Refusal? Otherwise)>();
        foreach (var (line, refusal) in await VoidRule.RefusedAsync(connection, registry, lines))
        {
            // One that was posted in time and is repeated now is a duplicate first of all.
            lines.Remove(line);
            asRepeated.Add((line.Posting, refusal));
        }

        var candidates = lines.ConvertAll(l => l.Candidate);
        var adjustOn = candidates.Count == 0 ? default : candidates.Max(c => c.BusinessDate);
        var judgement = await LineJudge.JudgeAsync(connection, registry, adjustOn, candidates, CancellationToken.None);
        var held = new List<Candidate>();
        foreach (var (posting, candidate) in lines)
        {
            if (candidate.Outcome == Outcome.Posted)
            {
                told.Add(new(posting, NoticeResult.Posted(candidate.Line, candidate.Row!, isDuplicate: false), null));
            }
            else if (candidate.Outcome == Outcome.Duplicate)
            {
                asRepeated.Add((posting, null));
            }
            else if (candidate.HoldReason == HoldReason.SaleUnknown)
            {
                held.Add(candidate);
                told.Add(new(posting, NoticeResult.Held(candidate), null));
            }
            else
            {
                told.Add(new(posting, null, OnlineRefusals.Of(candidate.HoldReason, candidate.Line)));
            }
        }

        await JournalWriter.AppendAsync(connection, judgement.Rows, CancellationToken.None);
        await HeldLineStore.InsertAsync(connection, held, now.UtcDateTime, CancellationToken.None);
        await JournalDates.AdvanceAsync(connection, held.Select(h => h.Line.TransactionDate), CancellationToken.None);
        await HeldLineStore.SettleAsync(connection, judgement.Released, now.UtcDateTime, CancellationToken.None);
        await OnlineOverlaps.AddAsync(connection, candidates);
        told.AddRange(await RepeatedAsync(connection, registry, asRepeated));
        await CommitAsync(transaction);
        if (judgement.Rows.Count > 0)
        {
            changes.AdvanceOnline();
            folding.Appended(judgement.Rows.Count);
        }

        TellGrains(judgement.Released);
        foreach (var (posting, result, refusal) in told)
        {
            if (refusal is not null)
            {
                posting.Refuse(refusal);
            }
            else
            {
                posting.Decide(result!);
            }
        }
    }

    private static async Task<IEnumerable<Told>> RepeatedAsync(
        NpgsqlConnection connection, RegistrySnapshot registry, List<(Posting Posting, Refusal? Otherwise)> repeated)
    {
        var first = await FirstResults.FindAsync(connection, registry, repeated.ConvertAll(r => r.Posting));
        return repeated.Select((r, i) => first[i] is { } found
            ? new Told(r.Posting, found.Result, found.Refusal)
            : new Told(
                r.Posting, null,
                r.Otherwise ?? throw new InvalidOperationException($"judged a duplicate, but its first is not there: {r.Posting.Notice.Line}")));
    }

    private static async Task CommitAsync(NpgsqlTransaction transaction)
    {
        try
        {
            await transaction.CommitAsync();
        }
        catch (Exception e) when (e is not PostgresException { Severity: "ERROR" })
        {
            // Only an ERROR of the server says surely that nothing was committed; a FATAL may come after the deed.
            throw new CommitBrokenException(e);
        }
    }

    /// <summary>Lines that waited for these sales posted with them, unseen by their grains. Nobody waits: what comes next queues behind.</summary>
    private void TellGrains(IReadOnlyList<Candidate> released)
    {
        foreach (var no in released.Select(r => r.Line.MerchantNo).Distinct())
        {
            _ = grains.Merchant(no).ReadAgain();
        }
    }
}
