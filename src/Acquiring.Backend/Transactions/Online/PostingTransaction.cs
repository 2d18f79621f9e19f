using Acquiring.Backend.Merchants;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Held;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Backend.Transactions.Judging;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;
using Orleans;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>
/// Posts a group in one transaction: judged like a clearing file's lines and under the same lock, so that notices and files see each
/// other's lines. What a file's line would wait for in suspense refuses a notice, except for a sale that has not come yet.
/// A group of sales that memory knows to be new, as nearly all are, takes two round trips, or a copy stream when it is large.
/// </summary>
internal sealed class PostingTransaction(
    SlotMemory memory, RegistrySnapshots registries, ChangeCounter changes, IGrainFactory grains, VolumeFolding folding, TimeProvider clock)
{
    private readonly HashSet<DateOnly> _months = [];

    /// <summary>What a posting will be told once the commit is durable.</summary>
    private readonly record struct Told(Posting Posting, NoticeResult? Result, Refusal? Refusal);

    private readonly record struct Line(Posting Posting, Candidate Candidate);

    /// <exception cref="CommitBrokenException">The outcome is unknown; nobody was told anything.</exception>
    public async Task RunAsync(NpgsqlConnection connection, IReadOnlyList<Posting> postings)
    {
        var dates = postings.Select(p => p.Notice.Line.TransactionDate).Distinct().ToArray();
        await memory.LoadMissingAsync(dates);
        var premises = await GroupPremises.BeginAsync(connection, dates, postings);
        var overtaken = postings.Where(premises.IsOvertaken).ToList();
        if (overtaken.Count > 0)
        {
            postings = [.. postings.Except(overtaken)];
        }

        if (postings.Count == 0)
        {
            await RollBackAsync(connection);
        }
        else
        {
            await PostAsync(connection, postings, dates, premises);
        }

        overtaken.ForEach(p => p.Overtake());
    }

    private async Task PostAsync(NpgsqlConnection connection, IReadOnlyList<Posting> postings, DateOnly[] dates, GroupPremises premises)
    {
        var registry = await registries.CurrentAsync(connection, CancellationToken.None);
        var whole = dates.Where(d => memory.IsWhole(d, premises.Generations[d])).ToHashSet();
        var now = clock.GetUtcNow();
        var fresh = new List<Line>(postings.Count);
        var rest = new List<Line>();
        foreach (var posting in postings)
        {
            var line = new Line(posting, posting.NewCandidate(OnlineRow.LineNoOf(now)));
            (IsFresh(line.Candidate, registry, whole) ? fresh : rest).Add(line);
        }

        if (rest.Count == 0 && !premises.IsWaitedFor)
        {
            await PostFreshAsync(connection, fresh, premises.PostingDates);
        }
        else
        {
            await PostAnyAsync(connection, fresh, rest, premises, registry, now);
        }
    }

    private bool IsFresh(Candidate candidate, RegistrySnapshot registry, HashSet<DateOnly> whole)
    {
        var line = candidate.Line;
        var reason = candidate.Resolve(registry);
        return whole.Contains(line.TransactionDate) && memory.IsNew(line.TransactionDate, line.TerminalNo.Text, line.Stan, line.Kind)
            && reason == HoldReason.None && line.Kind == TransactionKind.Sale;
    }

    private async Task PostFreshAsync(NpgsqlConnection connection, List<Line> fresh, PostingDates dates)
    {
        var rows = fresh.ConvertAll(f => f.Candidate.Post(dates.For(f.Candidate.BusinessDate)));
        var months = rows.Select(r => new DateOnly(r.Key.Date.Year, r.Key.Date.Month, 1)).Distinct().ToList();
        if (rows.Count <= FreshSales.RowsMax && months.Count == 1 && _months.Contains(months[0]))
        {
            await using var batch = FreshSales.Batch(connection, rows);
            await batch.PrepareAsync();
            await CommitAsync(() => batch.ExecuteNonQueryAsync());
        }
        else
        {
            await JournalWriter.AppendAsync(connection, rows, CancellationToken.None);
            await CommitAsync(connection);
            _months.UnionWith(months);
        }

        memory.Committed(rows.Select(r => r.Key.Date).Distinct().Select(d => (d, 1)));
        Tell([.. fresh.Select(Posted)], rows.Count, []);
    }

    private async Task PostAnyAsync(
        NpgsqlConnection connection, List<Line> fresh, List<Line> rest, GroupPremises premises, RegistrySnapshot registry, DateTimeOffset now)
    {
        var asRepeated = new List<(Posting Posting, Refusal? Otherwise)>();
        foreach (var (posting, refusal) in await VoidRule.RefusedAsync(connection, registry, rest.ConvertAll(r => (r.Posting, r.Candidate))))
        {
            // One that was posted in time and is repeated now is a duplicate first of all.
            rest.RemoveAll(r => r.Posting == posting);
            asRepeated.Add((posting, refusal));
        }

        var rows = fresh.ConvertAll(f => f.Candidate.Post(premises.PostingDates.For(f.Candidate.BusinessDate)));
        await JournalWriter.AppendAsync(connection, rows, CancellationToken.None);
        var candidates = rest.ConvertAll(r => r.Candidate);
        var sales = fresh.ConvertAll(f => f.Candidate);
        var adjustOn = candidates.Concat(sales).Select(c => c.BusinessDate).DefaultIfEmpty().Max();
        var judgement = await LineJudge.JudgeAsync(
            connection, registry, adjustOn, candidates, premises.IsWaitedFor ? sales : [], known: null, CancellationToken.None);
        var told = fresh.ConvertAll(Posted);
        var held = new List<Candidate>();
        foreach (var line in rest)
        {
            var candidate = line.Candidate;
            if (candidate.Outcome == Outcome.Posted)
            {
                told.Add(Posted(line));
            }
            else if (candidate.Outcome == Outcome.Duplicate)
            {
                asRepeated.Add((line.Posting, null));
            }
            else if (candidate.HoldReason == HoldReason.SaleUnknown)
            {
                held.Add(candidate);
                told.Add(new(line.Posting, NoticeResult.Held(candidate), null));
            }
            else
            {
                told.Add(new(line.Posting, null, OnlineRefusals.Of(candidate.HoldReason, candidate.Line)));
            }
        }

        await JournalWriter.AppendAsync(connection, judgement.Rows, CancellationToken.None);
        await HeldLineStore.InsertAsync(connection, held, now.UtcDateTime, CancellationToken.None);
        await JournalDates.AdvanceAsync(connection, held.Select(h => h.Line.TransactionDate), CancellationToken.None);
        await HeldLineStore.SettleAsync(connection, judgement.Released, now.UtcDateTime, CancellationToken.None);
        await OnlineOverlaps.AddAsync(connection, candidates);
        told.AddRange(await RepeatedAsync(connection, registry, asRepeated));
        await CommitAsync(connection);
        memory.Committed(
            rows.Select(r => r.Key.Date).Distinct()
                .Concat(judgement.Rows.Select(r => r.Key.Date).Distinct())
                .Concat(held.Select(h => h.Line.TransactionDate).Distinct())
                .CountBy(d => d).Select(d => (d.Key, d.Value)));
        Tell(told, rows.Count + judgement.Rows.Count, judgement.Released);
    }

    private static Told Posted(Line line) =>
        new(line.Posting, NoticeResult.Posted(line.Candidate.Line, line.Candidate.Row!, isDuplicate: false), null);

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

    private static async Task RollBackAsync(NpgsqlConnection connection)
    {
        await using var rollback = new NpgsqlCommand("rollback", connection);
        await rollback.ExecuteNonQueryAsync();
    }

    private static Task CommitAsync(NpgsqlConnection connection) => CommitAsync(async () =>
    {
        await using var commit = new NpgsqlCommand("commit", connection);
        await commit.ExecuteNonQueryAsync();
    });

    private static async Task CommitAsync(Func<Task> send)
    {
        try
        {
            await send();
        }
        catch (Exception e) when (e is not PostgresException { Severity: "ERROR" })
        {
            // Only an ERROR of the server says surely that nothing was committed; a FATAL may come after the deed.
            throw new CommitBrokenException(e);
        }
    }

    /// <summary>Only after the commit. Lines that waited for these sales posted unseen by their grains; nobody waits for those to hear it.</summary>
    private void Tell(List<Told> told, int rows, IReadOnlyList<Candidate> released)
    {
        if (rows > 0)
        {
            changes.AdvanceOnline();
            folding.Appended(rows);
        }

        foreach (var no in released.Select(r => r.Line.MerchantNo).Distinct())
        {
            _ = grains.Merchant(no).ReadAgain();
        }

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
}
