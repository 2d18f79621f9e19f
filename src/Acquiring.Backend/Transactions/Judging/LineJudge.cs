using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Held;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Transactions.Judging;

/// <summary>What came of a set of lines: the rows to write, and the lines of suspense that the set's sales set free.</summary>
/// <param name="Rows">Journal rows, those that split given-back fees anew included.</param>
/// <param name="Released">Lines out of suspense that post now because their sale came with this set.</param>
/// <param name="AdjustedFeeFen">Fee moved by splitting anew parts that were posted before.</param>
internal sealed record Judgement(IReadOnlyList<JournalRow> Rows, IReadOnlyList<Candidate> Released, long AdjustedFeeFen);

/// <summary>
/// Gives each readable line its outcome, in the order of domain §5: duplicate, held, posted. Runs inside the transaction that will write
/// the outcome, with <see cref="Platform.DatabaseLocks.Ingest"/> held, so what it read stays true until the commit.
/// </summary>
internal sealed class LineJudge
{
    private readonly NpgsqlConnection _connection;
    private readonly RegistrySnapshot _registry;
    private readonly PostingDates _dates;
    private readonly DateOnly _adjustOn;
    private readonly SaleBook _sales = new();
    private readonly List<JournalRow> _rows = [];

    private LineJudge(NpgsqlConnection connection, RegistrySnapshot registry, PostingDates dates, DateOnly adjustOn)
    {
        _connection = connection;
        _registry = registry;
        _dates = dates;
        _adjustOn = dates.For(adjustOn);
    }

    /// <param name="adjustOn">The business date of rows that split earlier given-back fees anew.</param>
    public static Task<Judgement> JudgeAsync(
        NpgsqlConnection connection, RegistrySnapshot registry, DateOnly adjustOn, IReadOnlyList<Candidate> candidates,
        CancellationToken cancellationToken) =>
        JudgeAsync(connection, registry, adjustOn, candidates, [], known: null, cancellationToken);

    /// <param name="freshSales">Sales already posted in this transaction, whose waiting refunds and reversals are still to be released.</param>
    /// <param name="known">What was found of the candidates' twins before the lock was taken.</param>
    /// <inheritdoc cref="JudgeAsync(NpgsqlConnection, RegistrySnapshot, DateOnly, IReadOnlyList{Candidate}, CancellationToken)"/>
    public static async Task<Judgement> JudgeAsync(
        NpgsqlConnection connection, RegistrySnapshot registry, DateOnly adjustOn, IReadOnlyList<Candidate> candidates,
        IReadOnlyList<Candidate> freshSales, KnownLines? known, CancellationToken cancellationToken)
    {
        var dates = await PostingDates.LoadAsync(connection, cancellationToken);
        var judge = new LineJudge(connection, registry, dates, adjustOn);
        var returns = await judge.JudgeSalesAsync(candidates, known, cancellationToken);
        var released = await judge.ReleaseWaitingAsync(candidates, freshSales, cancellationToken);
        var adjustedFen = await judge.JudgeReturnsAsync([.. returns, .. released], cancellationToken);
        return new Judgement(judge._rows, released.Where(r => r.Outcome == Outcome.Posted).ToList(), adjustedFen);
    }

    /// <summary>Decides all but the refunds and reversals that are neither duplicate nor held; those are returned.</summary>
    private async Task<List<Candidate>> JudgeSalesAsync(
        IReadOnlyList<Candidate> candidates, KnownLines? known, CancellationToken cancellationToken)
    {
        var reasons = new HoldReason[candidates.Count];
        for (var i = 0; i < candidates.Count; i++)
        {
            reasons[i] = candidates[i].Resolve(_registry);
        }

        known ??= new KnownLines();
        await known.RefreshAsync(_connection, candidates, cancellationToken);
        var suspense = await SuspenseLines.LoadAsync(
            _connection, candidates.Where(c => !known.Repeats(c)).ToList(), cancellationToken);
        var returns = new List<Candidate>();
        for (var i = 0; i < candidates.Count; i++)
        {
            var candidate = candidates[i];
            if ((candidate.IsKnownPair && known.IsRepeat(candidate, out var twinFileId))
                || IsInSuspense(candidate, out twinFileId))
            {
                candidate.RepeatOf(twinFileId);
                continue;
            }

            if (reasons[i] != HoldReason.None)
            {
                candidate.Hold(reasons[i]);
                suspense.Add(candidate);
                continue;
            }

            known.Add(candidate);
            if (candidate.Line.Kind == TransactionKind.Sale)
            {
                var row = candidate.Post(_dates.For(candidate.BusinessDate));
                _rows.Add(row);
                _sales.Add(row);
            }
            else
            {
                returns.Add(candidate);
            }
        }

        return returns;

        bool IsInSuspense(Candidate candidate, out int twinFileId)
        {
            twinFileId = 0;
            if (candidate.HeldLineId is not null)
            {
                return false;
            }

            var repeats = suspense.IsRepeat(candidate, out twinFileId, out var freeBatch);
            if (!repeats && candidate.Turn == 0)
            {
                // It may yet end in suspense, where its key must be free too.
                candidate.Batch = Math.Min(candidate.Batch, freeBatch);
            }

            return repeats;
        }
    }

    /// <summary>Refunds and reversals in suspense whose sale was just posted.</summary>
    private async Task<List<Candidate>> ReleaseWaitingAsync(
        IReadOnlyList<Candidate> candidates, IReadOnlyList<Candidate> freshSales, CancellationToken cancellationToken)
    {
        if (candidates.Count + freshSales.Count == 0)
        {
            return [];
        }

        var sales = candidates.Where(c => c is { Outcome: Outcome.Posted, Line.Kind: TransactionKind.Sale }).Concat(freshSales);
        var mine = candidates.Where(c => c.HeldLineId is not null).Select(c => c.HeldLineId!.Value).ToHashSet();
        var waiting = (await HeldLineStore.LoadWaitingForAsync(_connection, sales, cancellationToken))
            .Where(w => !mine.Contains(w.HeldLineId!.Value) && w.Resolve(_registry) == HoldReason.None)
            .ToList();
        if (waiting.Count == 0)
        {
            return waiting;
        }

        var known = await KnownLines.LoadAsync(_connection, waiting, cancellationToken);
        return waiting.Where(w => !known.IsRepeat(w, out _)).ToList();
    }

    private async Task<long> JudgeReturnsAsync(IReadOnlyList<Candidate> returns, CancellationToken cancellationToken)
    {
        await _sales.LoadAsync(_connection, returns, cancellationToken);
        var bySale = new Dictionary<JournalKey, (JournalRow Sale, List<Candidate> New)>();
        foreach (var candidate in returns)
        {
            if (_sales.Find(candidate) is not { } sale)
            {
                candidate.Hold(HoldReason.SaleUnknown);
                continue;
            }

            if (!bySale.TryGetValue(sale.Key, out var group))
            {
                bySale[sale.Key] = group = (sale, []);
            }

            group.New.Add(candidate);
        }

        var posted = await GivenBackParts.LoadAsync(_connection, bySale.Keys, cancellationToken);
        long adjustedFen = 0;
        foreach (var (key, (sale, candidates)) in bySale)
        {
            adjustedFen += PostReturns(sale, posted[key].ToList(), candidates);
        }

        return adjustedFen;
    }

    private long PostReturns(JournalRow sale, List<JournalRow> posted, List<Candidate> candidates)
    {
        var returnedFen = posted.Sum(p => p.AmountFen);
        var accepted = new List<Candidate>(candidates.Count);
        foreach (var candidate in candidates)
        {
            var reason = GiveBack.Judge(sale.AmountFen, returnedFen, candidate.Line.Kind, candidate.Line.AmountFen);
            if (reason != HoldReason.None)
            {
                candidate.Hold(reason);
                continue;
            }

            returnedFen += candidate.Line.AmountFen;
            accepted.Add(candidate);
        }

        var parts = posted.Select(p => p.AsReturnedPart())
            .Concat(accepted.Select(a => new ReturnedPart(
                a.Line.OccurredAt, a.TerminalId, a.Line.Stan, a.Batch, a.Line.Kind, a.Line.AmountFen)))
            .ToList();
        var givenBack = GiveBack.PartsOf(sale.AmountFen, sale.Fee, parts);

        var adjustments = GivenBackParts.SplitAnew(posted, givenBack.AsMemory(0, posted.Count), _adjustOn).ToList();
        _rows.AddRange(adjustments);
        for (var i = 0; i < accepted.Count; i++)
        {
            var candidate = accepted[i];
            _rows.Add(candidate.Post(_dates.For(candidate.BusinessDate), givenBack[posted.Count + i], sale));
        }

        return adjustments.Sum(a => a.Fee.FeeFen);
    }
}
