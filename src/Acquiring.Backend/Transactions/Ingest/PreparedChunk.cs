using System.Runtime.InteropServices;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Backend.Transactions.Judging;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>
/// A chunk judged as far as memory can: sales that are surely new are priced and in key order, ready to be copied while the next chunk is
/// read, and lines that surely repeat one are counted; all else is left to <see cref="LineJudge"/>, which asks the database. Made ahead of the chunk's transaction, so it is only as
/// good as what it was made from; <see cref="IsStale"/> says whether that still holds.
/// </summary>
internal sealed class PreparedChunk : IDisposable
{
    private readonly RegistrySnapshot _registry;
    private readonly PostingDates _dates;
    private readonly Dictionary<DateOnly, DateSlots> _slots;
    private ChunkCounts _decidedCounts;

    private PreparedChunk(IngestChunk chunk, Premises premises, Dictionary<DateOnly, DateSlots> slots)
    {
        (Chunk, _registry, _dates, _slots) = (chunk, premises.Registry, premises.Dates, slots);
        FreshSales = new List<Candidate>(chunk.Candidates.Count);
    }

    public IngestChunk Chunk { get; }

    /// <summary>In the order of the journal's key, which costs its indexes least.</summary>
    public List<Candidate> FreshSales { get; }

    /// <summary>In the file's order, which says which of two equal lines is the first.</summary>
    public List<Candidate> Rest { get; } = [];

    /// <summary>Lines decided as duplicates by memory.</summary>
    public List<Candidate> Repeats { get; } = [];

    public HashSet<DateOnly> FreshDates { get; } = [];

    /// <summary>The rows of the fresh sales, ready to be sent.</summary>
    public MonthBuffers FreshRows { get; } = new();

    /// <summary>What the fresh rows add to the day volumes.</summary>
    public VolumeDeltas FreshVolumes { get; } = new();

    /// <summary>What fresh sales and repeats add to the file's report.</summary>
    public ChunkCounts DecidedCounts => _decidedCounts;

    /// <summary>The partitions the readable lines belong to.</summary>
    public IReadOnlyCollection<DateOnly> Months => [.. Chunk.TransactionDates.Select(d => new DateOnly(d.Year, d.Month, 1)).Distinct()];

    public IReadOnlyCollection<DateOnly> RememberedDates => _slots.Keys;

    public static async Task<PreparedChunk> OfAsync(
        IngestChunk chunk, Premises premises, PostedSlots memory, CancellationToken cancellationToken)
    {
        var slots = new Dictionary<DateOnly, DateSlots>();
        foreach (var date in chunk.TransactionDates)
        {
            if (await memory.OfAsync(date, cancellationToken) is { } remembered)
            {
                slots[date] = remembered;
            }
        }

        var prepared = new PreparedChunk(chunk, premises, slots);
        prepared.Split();
        await memory.LoadTwinsAsync(slots, cancellationToken);
        prepared.ResolveFresh();
        prepared.ResolveRest();
        prepared.WriteFresh();
        return prepared;
    }

    /// <summary>
    /// Whether the registry is another by now, a date was closed, or another writer gave one of the dates a line. Asked under the ingest
    /// lock.
    /// </summary>
    public bool IsStale(RegistrySnapshot registry, PostingDates dates, Dictionary<DateOnly, long> generations) =>
        !ReferenceEquals(registry, _registry) || dates != _dates || _slots.Any(s => s.Value.Generation != generations[s.Key]);

    /// <summary>After the commit that counted these dates.</summary>
    public void Committed(IEnumerable<DateOnly> countedDates)
    {
        foreach (var date in countedDates)
        {
            if (_slots.TryGetValue(date, out var slots))
            {
                slots.Generation++;
            }
        }
    }

    public void Dispose()
    {
        FreshRows.Dispose();
        FreshVolumes.Dispose();
    }

    private void WriteFresh()
    {
        var date = default(DateOnly);
        foreach (var sale in FreshSales)
        {
            // The row lives as long as it takes to write it: a million of them cost less than keeping them.
            var row = sale.RowOn(_dates.For(sale.BusinessDate));
            if (sale.Line.TransactionDate != date)
            {
                FreshDates.Add(date = sale.Line.TransactionDate);
            }

            JournalWriter.Write(FreshRows.Of(date), row);
            FreshVolumes.Add(row);
            _decidedCounts.AddPosted(row);
        }
    }

    private void Split()
    {
        foreach (var candidate in Chunk.Candidates)
        {
            var line = candidate.Line;
            var isNew = _slots.TryGetValue(line.TransactionDate, out var slots)
                && slots.IsNew(line.TerminalNo.Text, line.Stan, line.Kind);
            var isFresh = candidate.FindTerminal(_registry) && isNew && line.Kind == TransactionKind.Sale;
            (isFresh ? FreshSales : Rest).Add(candidate);
        }
    }

    // In key order: a terminal's lines come together then, and terminals and merchants as they lie in memory.
    private void ResolveFresh()
    {
        SortFresh();
        var kept = 0;
        var sales = CollectionsMarshal.AsSpan(FreshSales);
        foreach (var sale in sales)
        {
            if (sale.ResolveFound(_registry) == HoldReason.None)
            {
                sales[kept++] = sale;
            }
            else
            {
                Rest.Add(sale);
            }
        }

        if (kept < sales.Length)
        {
            CollectionsMarshal.SetCount(FreshSales, kept);
            Rest.Sort(static (a, b) => a.LineNo.CompareTo(b.LineNo));
        }
    }

    private void ResolveRest()
    {
        var kept = 0;
        var rest = CollectionsMarshal.AsSpan(Rest);
        foreach (var candidate in rest)
        {
            candidate.ResolveFound(_registry);
            if (candidate.IsKnownPair && _slots.GetValueOrDefault(candidate.Line.TransactionDate)?.Twins is { } twins
                && twins.IsRepeat(candidate, out var fileId))
            {
                candidate.RepeatOf(fileId);
                Repeats.Add(candidate);
                _decidedCounts.AddDuplicate();
            }
            else
            {
                rest[kept++] = candidate;
            }
        }

        CollectionsMarshal.SetCount(Rest, kept);
    }

    // By one number a sale, made once: comparing the sales themselves goes through three objects each time.
    private void SortFresh()
    {
        var keys = new UInt128[FreshSales.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            var sale = FreshSales[i];
            keys[i] = new UInt128((ulong)sale.Line.TransactionDate.DayNumber, ((ulong)sale.TerminalId << 32) | (uint)sale.Line.Stan);
        }

        keys.AsSpan().Sort(CollectionsMarshal.AsSpan(FreshSales));
    }
}
