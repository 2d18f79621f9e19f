using Acquiring.Core.Limits;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Merchants.Limits;

/// <summary>
/// A merchant's windows of volume and the lines that are on their way to the journal. A sale counts from its reservation on; a reversal
/// gives room back only when it is posted. Sums come from the rows; what is under way is counted on top until a later reading of the
/// rows has it. Not safe for threads: it lives in a grain's turns.
/// </summary>
internal sealed class MerchantReservations
{
    /// <summary>
    /// No line is under way for longer: the queue gives up before, and so does the look-up of an unknown outcome. Older reservations need no
    /// name any more: whether they posted is told by the rows.
    /// </summary>
    public static readonly TimeSpan UnderWayMax = TimeSpan.FromSeconds(90);

    private readonly Dictionary<LineReservation, Entry> _underWay = [];
    private readonly Queue<Entry> _byAge = new();
    private VolumeWindows _windows = new();

    private sealed class Entry(LineReservation line, long since)
    {
        public LineReservation Line { get; } = line;

        public long Since { get; } = since;

        /// <summary>How many notices of this content wait; the last that fails takes the count back.</summary>
        public int Claims { get; set; } = 1;

        public bool IsCounted { get; set; }
    }

    public MerchantLimits Limits { get; private set; } = MerchantLimits.None;

    public VolumeWindows Windows => _windows;

    public int UnderWayCount => _underWay.Count;

    /// <summary>What a reading of the rows has to look up.</summary>
    public IReadOnlyList<LineReservation> UnderWay => [.. _underWay.Keys];

    /// <summary>Judges a sale and counts it at once when it is within the limits. Others pass: they give back.</summary>
    public (LimitBreach Breach, PayType? Of)? Reserve(
        LineReservation line, DateOnly today, long now, Func<long, TimeSpan> age)
    {
        Forget(age);
        if (_underWay.TryGetValue(line, out var same))
        {
            same.Claims++;
            return null;
        }

        if (line.Kind == TransactionKind.Sale
            && Limits.Judge(_windows, today, line.TransactionDate, line.PayType, line.AmountFen) is { } breach)
        {
            return breach;
        }

        if (Limits.NeedsWindows)
        {
            var entry = new Entry(line, now);
            _underWay.Add(line, entry);
            _byAge.Enqueue(entry);
            if (line.Kind == TransactionKind.Sale)
            {
                Count(entry);
            }
        }

        return null;
    }

    /// <summary>The line did not post. Unknown lines are none of ours any more.</summary>
    public void Release(LineReservation line)
    {
        if (!_underWay.TryGetValue(line, out var entry) || --entry.Claims > 0)
        {
            return;
        }

        _underWay.Remove(line);
        if (entry.IsCounted)
        {
            _windows.Add(line.TransactionDate, line.PayType, default(VolumeUse).Less(line.Use));
        }
    }

    /// <summary>A reversal is posted: room comes back, unless a reading of the rows gave it back before.</summary>
    public void Confirm(LineReservation line)
    {
        if (_underWay.TryGetValue(line, out var entry) && !entry.IsCounted && line.Kind == TransactionKind.Reversal)
        {
            entry.IsCounted = true;
            _windows.Add(line.TransactionDate, line.PayType, default(VolumeUse).Less(line.Use));
        }
    }

    /// <summary>Begins anew from rows that were read in one snapshot together with which lines under way it held.</summary>
    public void Load(MerchantLimits limits, VolumeWindows windows, IReadOnlySet<LineReservation> posted)
    {
        Limits = limits;
        _windows = windows;
        foreach (var entry in _underWay.Values.ToList())
        {
            if (posted.Contains(entry.Line))
            {
                _underWay.Remove(entry.Line);
            }
            else if (entry.Line.Kind == TransactionKind.Sale)
            {
                Count(entry);
            }
        }
    }

    private void Count(Entry entry)
    {
        entry.IsCounted = true;
        _windows.Add(entry.Line.TransactionDate, entry.Line.PayType, entry.Line.Use);
    }

    private void Forget(Func<long, TimeSpan> age)
    {
        while (_byAge.TryPeek(out var oldest) && age(oldest.Since) >= UnderWayMax)
        {
            _byAge.Dequeue();
            if (_underWay.TryGetValue(oldest.Line, out var entry) && entry == oldest)
            {
                _underWay.Remove(oldest.Line);
            }
        }
    }
}
