using System.Collections.Concurrent;
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
    /// <summary>Months whose partition is known to be there.</summary>
    private readonly ConcurrentDictionary<DateOnly, bool> _months = [];

    /// <summary>What the group before began with: what the next is prepared by.</summary>
    private volatile GroupPremises? _premises;

    /// <exception cref="CommitBrokenException">The outcome is unknown; nobody was told anything.</exception>
    public async Task RunAsync(NpgsqlConnection connection, IReadOnlyList<Posting> postings)
    {
        var dates = postings.Select(p => p.Notice.Line.TransactionDate).Distinct().ToArray();
        await memory.LoadMissingAsync(dates);
        var premises = await GroupPremises.BeginAsync(connection, dates, postings);
        _premises = premises;
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
        var fresh = new List<PostingLine>(postings.Count);
        var rest = new List<PostingLine>();
        foreach (var posting in postings)
        {
            var line = new PostingLine(posting, posting.NewCandidate(OnlineRow.LineNoOf(now)));
            (IsFresh(line.Candidate, registry, whole) ? fresh : rest).Add(line);
        }

        if (rest.Count == 0 && !premises.IsWaitedFor)
        {
            await PostFreshAsync(connection, fresh, premises.PostingDates);
        }
        else
        {
            var rows = fresh.ConvertAll(f => f.Candidate.Post(premises.PostingDates.For(f.Candidate.BusinessDate)));
            await JournalWriter.AppendAsync(connection, rows, CancellationToken.None);
            var freshDates = rows.Select(r => r.Key.Date).Distinct().ToList();
            await PostRestAsync(connection, fresh, freshDates, rest, premises.IsWaitedFor, registry, now);
            KnowMonths(freshDates);
        }
    }

    /// <summary>
    /// Judges as much of a large group as memory can. <c>null</c> when too little is in memory: the group is posted in its turn then.
    /// </summary>
    public PreparedGroup? TryPrepare(IReadOnlyList<Posting> postings)
    {
        var dates = postings.Select(p => p.Notice.Line.TransactionDate).Distinct().ToArray();
        return _premises is { } last && registries.TryCurrent(out var registry) && dates.All(d => _months.ContainsKey(MonthOf(d)))
            && memory.TryAll(dates) is { } slots
                ? PreparedGroup.Of(postings, registry, last.PostingDates, slots, memory, clock.GetUtcNow())
                : null;
    }

    /// <summary>
    /// Begins a transaction and copies the fresh sales, without the lock. <c>false</c> when another is about to post one of these lines; the
    /// transaction is rolled back then.
    /// </summary>
    public static async Task<bool> TryCopyAsync(NpgsqlConnection connection, PreparedGroup group, TimeSpan patience)
    {
        // Who waits for these rows must not do so for ever because this process stands still.
        await using var begin = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("begin"),
                new("select set_config('lock_timeout', $1, true), set_config('idle_in_transaction_session_timeout', '15s', true)")
                {
                    Parameters = { new() { Value = $"{patience.TotalMilliseconds:F0}" } },
                },
            },
        };
        await begin.ExecuteNonQueryAsync();
        try
        {
            await group.SendAsync(connection);
            return true;
        }
        catch (PostgresException e) when (
            e.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable)
        {
            await RollBackAsync(connection);
            return false;
        }
    }

    /// <summary>Rolls back when somebody waits for this transaction: for one of its rows, or to add a partition.</summary>
    public static async Task<bool> GiveUpIfInTheWayAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            "select exists (select from pg_locks where not granted and pg_backend_pid() = any (pg_blocking_pids(pid)))", connection);
        if (!(bool)(await command.ExecuteScalarAsync())!)
        {
            return false;
        }

        await RollBackAsync(connection);
        return true;
    }

    /// <summary>
    /// In the group's turn: takes the lock and commits, if what the group was prepared by still holds; else rolls back and returns <c>false</c>.
    /// What was copied and given up is copied again, under the lock.
    /// </summary>
    /// <exception cref="CommitBrokenException">The outcome is unknown; nobody was told anything.</exception>
    public async Task<bool> TryEndAsync(NpgsqlConnection connection, PreparedGroup group, bool isCopied)
    {
        GroupPremises premises;
        try
        {
            premises = await GroupPremises.OfPreparedAsync(connection, group, isBegun: isCopied);
        }
        catch (PostgresException e) when (
            isCopied && e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            // Who holds the lock may wait for one of the rows.
            await RollBackAsync(connection);
            isCopied = false;
            premises = await GroupPremises.OfPreparedAsync(connection, group, isBegun: false);
        }

        _premises = premises;
        var registry = await registries.CurrentAsync(connection, CancellationToken.None);
        if (!group.Holds(registry, premises, memory) || group.Postings.Any(premises.IsOvertaken))
        {
            await RollBackAsync(connection);
            return false;
        }

        if (!isCopied)
        {
            await group.SendAsync(connection);
        }

        if (group.Rest.Count > 0 || premises.IsWaitedFor)
        {
            await JournalDates.AdvanceAsync(connection, group.FreshDates, CancellationToken.None);
            await PostRestAsync(connection, group.Fresh, group.FreshDates, group.Rest, premises.IsWaitedFor, registry, group.PostedAt);
            return true;
        }

        await using var commit = new NpgsqlBatch(connection) { BatchCommands = { JournalDates.Advance(group.FreshDates), new("commit") } };
        await CommitAsync(() => commit.ExecuteNonQueryAsync());
        memory.Committed(group.FreshDates.Select(d => (d, 1)));
        Tell(group.FreshTold, group.Fresh.Count, []);
        return true;
    }

    private bool IsFresh(Candidate candidate, RegistrySnapshot registry, HashSet<DateOnly> whole)
    {
        var line = candidate.Line;
        var reason = candidate.Resolve(registry);
        return whole.Contains(line.TransactionDate) && memory.IsNew(line.TransactionDate, line.TerminalNo.Text, line.Stan, line.Kind)
            && reason == HoldReason.None && line.Kind == TransactionKind.Sale;
    }

    private async Task PostFreshAsync(NpgsqlConnection connection, List<PostingLine> fresh, PostingDates dates)
    {
        var rows = fresh.ConvertAll(f => f.Candidate.Post(dates.For(f.Candidate.BusinessDate)));
        var freshDates = rows.Select(r => r.Key.Date).Distinct().ToList();
        var months = freshDates.Select(MonthOf).Distinct().ToList();
        if (rows.Count <= FreshSales.RowsMax && months.Count == 1 && _months.ContainsKey(months[0]))
        {
            await using var batch = FreshSales.Batch(connection, rows);
            await batch.PrepareAsync();
            await CommitAsync(() => batch.ExecuteNonQueryAsync());
        }
        else
        {
            await JournalWriter.AppendAsync(connection, rows, CancellationToken.None);
            await CommitAsync(connection);
            KnowMonths(freshDates);
        }

        memory.Committed(freshDates.Select(d => (d, 1)));
        Tell(fresh.ConvertAll(f => f.Posted), rows.Count, []);
    }

    /// <summary>Posts what memory could not decide, after the fresh sales were written and their dates counted, and commits.</summary>
    private async Task PostRestAsync(
        NpgsqlConnection connection, List<PostingLine> fresh, IReadOnlyList<DateOnly> freshDates, List<PostingLine> rest, bool isWaitedFor,
        RegistrySnapshot registry, DateTimeOffset now)
    {
        var asRepeated = new List<(Posting Posting, Refusal? Otherwise)>();
        foreach (var (posting, refusal) in await VoidRule.RefusedAsync(connection, registry, rest.ConvertAll(r => (r.Posting, r.Candidate))))
        {
            // One that was posted in time and is repeated now is a duplicate first of all.
            rest.RemoveAll(r => r.Posting == posting);
            asRepeated.Add((posting, refusal));
        }

        var candidates = rest.ConvertAll(r => r.Candidate);
        var sales = fresh.ConvertAll(f => f.Candidate);
        var adjustOn = candidates.Concat(sales).Select(c => c.BusinessDate).DefaultIfEmpty().Max();
        var judgement = await LineJudge.JudgeAsync(
            connection, registry, adjustOn, candidates, isWaitedFor ? sales : [], known: null, CancellationToken.None);
        var told = fresh.ConvertAll(f => f.Posted);
        var held = new List<Candidate>();
        foreach (var line in rest)
        {
            var candidate = line.Candidate;
            if (candidate.Outcome == Outcome.Posted)
            {
                told.Add(line.Posted);
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
            freshDates
                .Concat(judgement.Rows.Select(r => r.Key.Date).Distinct())
                .Concat(held.Select(h => h.Line.TransactionDate).Distinct())
                .CountBy(d => d).Select(d => (d.Key, d.Value)));
        Tell(told, fresh.Count + judgement.Rows.Count, judgement.Released);
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

    private void KnowMonths(IEnumerable<DateOnly> dates)
    {
        foreach (var date in dates)
        {
            _months[MonthOf(date)] = true;
        }
    }

    private static DateOnly MonthOf(DateOnly date) => new(date.Year, date.Month, 1);

    private static async Task RollBackAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("rollback", connection);
        await command.ExecuteNonQueryAsync();
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
