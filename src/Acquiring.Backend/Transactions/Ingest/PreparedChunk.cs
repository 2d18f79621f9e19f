using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Backend.Transactions.Judging;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>
/// A chunk judged as far as memory can: sales that are surely new are priced and in key order, ready to be copied while the next chunk is
/// read; all else is left to <see cref="LineJudge"/>, which asks the database. Made ahead of the chunk's transaction, so it is only as
/// good as what it was made from; <see cref="IsStale"/> says whether that still holds.
/// </summary>
internal sealed class PreparedChunk : IDisposable
{
    private readonly RegistrySnapshot _registry;
    private readonly PostingDates _dates;
    private readonly Dictionary<DateOnly, DateSlots> _slots;
    private ChunkCounts _freshCounts;

    private PreparedChunk(IngestChunk chunk, RegistrySnapshot registry, PostingDates dates, Dictionary<DateOnly, DateSlots> slots)
    {
        (Chunk, _registry, _dates, _slots) = (chunk, registry, dates, slots);
        FreshSales = new List<Candidate>(chunk.Candidates.Count);
    }

    public IngestChunk Chunk { get; }

    /// <summary>In the order of the journal's key, which costs its indexes least.</summary>
    public List<Candidate> FreshSales { get; }

    public List<Candidate> Rest { get; } = [];

    /// <summary>The rows of the fresh sales, ready to be sent.</summary>
    public MonthBuffers FreshRows { get; } = new();

    /// <summary>What the fresh rows add to the day volumes.</summary>
    public VolumeDeltas FreshVolumes { get; } = new();

    public ChunkCounts FreshCounts => _freshCounts;

    public IReadOnlyCollection<DateOnly> RememberedDates => _slots.Keys;

    public static async Task<PreparedChunk> OfAsync(
        IngestChunk chunk, RegistrySnapshot registry, PostingDates dates, Func<DateOnly, Task<DateSlots?>> slotsOf)
    {
        var slots = new Dictionary<DateOnly, DateSlots>();
        foreach (var date in chunk.TransactionDates)
        {
            if (await slotsOf(date) is { } remembered)
            {
                slots[date] = remembered;
            }
        }

        var prepared = new PreparedChunk(chunk, registry, dates, slots);
        prepared.Split();
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

    /// <summary>Decides that the fresh sales post, when their rows were sent.</summary>
    public void AcceptFresh() => FreshSales.ForEach(static f => f.Accept());

    public void Dispose()
    {
        FreshRows.Dispose();
        FreshVolumes.Dispose();
    }

    private void WriteFresh()
    {
        foreach (var sale in FreshSales)
        {
            // The row lives as long as it takes to write it: a million of them cost less than keeping them.
            var row = sale.RowOn(_dates.For(sale.BusinessDate));
            JournalWriter.Write(FreshRows.Of(row.Key.Date), row);
            FreshVolumes.Add(row);
            _freshCounts.AddPosted(row);
        }
    }

    private void Split()
    {
        foreach (var candidate in Chunk.Candidates)
        {
            var line = candidate.Line;
            var reason = candidate.Resolve(_registry);
            var isNew = _slots.TryGetValue(line.TransactionDate, out var slots)
                && slots.IsNew(line.TerminalNo.Text, line.Stan, line.Kind);
            (isNew && reason == HoldReason.None && line.Kind == TransactionKind.Sale ? FreshSales : Rest).Add(candidate);
        }

        FreshSales.Sort(static (a, b) =>
        {
            var byDate = a.Line.TransactionDate.CompareTo(b.Line.TransactionDate);
            var byTerminal = byDate != 0 ? byDate : a.TerminalId.CompareTo(b.TerminalId);
            return byTerminal != 0 ? byTerminal : a.Line.Stan.CompareTo(b.Line.Stan);
        });
    }
}
