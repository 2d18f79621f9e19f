using System.Runtime.InteropServices;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Backend.Transactions.Judging;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>
/// A large group judged as far as memory can before it has the ingest lock: sales that are surely new, priced and laid out as rows in key
/// order, and the rest, which is left to the judge. Only as good as what it was made from; <see cref="Holds"/> says whether that still is so.
/// </summary>
internal sealed class PreparedGroup : IDisposable
{
    private readonly RegistrySnapshot _registry;
    private readonly PostingDates _postingDates;
    private readonly IReadOnlyDictionary<DateOnly, DateSlots> _slots;
    private readonly MonthBuffers _rows = new();
    private readonly VolumeDeltas _volumes = new();

    private PreparedGroup(
        IReadOnlyList<Posting> postings, RegistrySnapshot registry, PostingDates postingDates, IReadOnlyDictionary<DateOnly, DateSlots> slots,
        DateTimeOffset postedAt)
    {
        (Postings, _registry, _postingDates, _slots, PostedAt) = (postings, registry, postingDates, slots, postedAt);
        Fresh = new(postings.Count);
    }

    public IReadOnlyList<Posting> Postings { get; }

    public DateTimeOffset PostedAt { get; }

    /// <summary>In key order, which costs the indexes least.</summary>
    public List<PostingLine> Fresh { get; }

    public List<PostingLine> Rest { get; } = [];

    /// <summary>What the fresh sales are told; made while nobody waits for it.</summary>
    public List<Told> FreshTold { get; private set; } = [];

    public IReadOnlyCollection<DateOnly> Dates => [.. _slots.Keys];

    /// <summary>The dates that the fresh sales belong to.</summary>
    public IReadOnlyList<DateOnly> FreshDates { get; private set; } = [];

    public static PreparedGroup Of(
        IReadOnlyList<Posting> postings, RegistrySnapshot registry, PostingDates postingDates, IReadOnlyDictionary<DateOnly, DateSlots> slots,
        SlotMemory memory, DateTimeOffset postedAt)
    {
        var group = new PreparedGroup(postings, registry, postingDates, slots, postedAt);
        group.Split(memory);
        group.SortFresh();
        group.WriteFresh();
        return group;
    }

    /// <summary>
    /// Under the ingest lock: whether registry and closed dates are those it was prepared by, and nobody else gave its dates a line.
    /// </summary>
    public bool Holds(RegistrySnapshot registry, GroupPremises premises, SlotMemory memory)
    {
        // Each date is asked after: asking is what makes the memory notice that it is stale.
        var isWhole = true;
        foreach (var (date, slots) in _slots)
        {
            isWhole &= memory.IsWhole(date, premises.Generations[date], slots);
        }

        return isWhole && ReferenceEquals(registry, _registry) && premises.PostingDates == _postingDates;
    }

    /// <summary>Copies the fresh sales and what they add to the sums; may be repeated after a rollback.</summary>
    public async Task SendAsync(NpgsqlConnection connection)
    {
        await JournalWriter.SendAsync(connection, _rows, CancellationToken.None);
        await _volumes.SendAsync(connection, CancellationToken.None);
    }

    public void MakeAnswers() => FreshTold = Fresh.ConvertAll(f => f.Posted);

    public void Dispose()
    {
        _rows.Dispose();
        _volumes.Dispose();
    }

    private void Split(SlotMemory memory)
    {
        var lineNo = OnlineRow.LineNoOf(PostedAt);
        foreach (var posting in Postings)
        {
            var line = new PostingLine(posting, posting.NewCandidate(lineNo));
            var notice = posting.Notice.Line;
            var isNew = memory.IsNew(_slots[notice.TransactionDate], notice.TerminalNo.Text, notice.Stan, notice.Kind);
            var isFresh = line.Candidate.Resolve(_registry) == HoldReason.None && isNew && notice.Kind == TransactionKind.Sale;
            (isFresh ? Fresh : Rest).Add(line);
        }
    }

    // By one number a line, made once.
    private void SortFresh()
    {
        var keys = new UInt128[Fresh.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            var key = Fresh[i].Candidate.Key;
            keys[i] = new UInt128((ulong)key.Date.DayNumber, ((ulong)key.TerminalId << 32) | (uint)key.Stan);
        }

        keys.AsSpan().Sort(CollectionsMarshal.AsSpan(Fresh));
    }

    private void WriteFresh()
    {
        var dates = new HashSet<DateOnly>();
        foreach (var (_, candidate) in Fresh)
        {
            var row = candidate.Post(_postingDates.For(candidate.BusinessDate));
            dates.Add(row.Key.Date);
            JournalWriter.Write(_rows.Of(row.Key.Date), row);
            _volumes.Add(row);
        }

        FreshDates = [.. dates.Order()];
    }
}
