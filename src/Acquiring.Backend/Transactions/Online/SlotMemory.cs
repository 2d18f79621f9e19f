using Acquiring.Backend.Transactions.Judging;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>
/// Which lines the dates of notices hold, so that a new sale is known to be new without asking the database. While
/// another writer gives a date lines (a file), the memory of it is of no use; it is read anew when that has stopped. Groups are prepared
/// beside the one that commits, so it is safe for threads; dates are read by the group whose turn it is alone.
/// </summary>
internal sealed class SlotMemory(NpgsqlDataSource database)
{
    /// <summary>Today, what a late notice may be of, and tomorrow.</summary>
    private const int DatesMax = OnlineLimits.PastDaysMax + 3;

    private readonly Lock _gate = new();
    private readonly Dictionary<DateOnly, DateSlots> _dates = [];

    /// <summary>The counts that stale dates had when they were last seen.</summary>
    private readonly Dictionary<DateOnly, long> _stale = [];

    /// <summary>Reads dates that are not in memory; before the transaction, so that nobody waits for it who holds a lock.</summary>
    public async Task LoadMissingAsync(IEnumerable<DateOnly> dates)
    {
        foreach (var date in dates)
        {
            lock (_gate)
            {
                if (_dates.ContainsKey(date) || _stale.ContainsKey(date))
                {
                    continue;
                }
            }

            await using var connection = await database.OpenConnectionAsync();
            var loaded = await DateSlots.LoadAsync(connection, date, CancellationToken.None);
            lock (_gate)
            {
                if (_dates.Count == DatesMax)
                {
                    _dates.Remove(_dates.Keys.Min());
                }

                _dates[date] = loaded;
            }
        }
    }

    /// <summary>The memories of these dates as they are now; <c>null</c> when one is not in memory.</summary>
    public IReadOnlyDictionary<DateOnly, DateSlots>? TryAll(IReadOnlyCollection<DateOnly> dates)
    {
        lock (_gate)
        {
            return dates.All(_dates.ContainsKey) ? dates.ToDictionary(d => d, d => _dates[d]) : null;
        }
    }

    /// <summary>Under the ingest lock: whether the memory of a date may be relied upon.</summary>
    public bool IsWhole(DateOnly date, long generation)
    {
        lock (_gate)
        {
            return IsWholeNow(date, generation);
        }
    }

    /// <summary>The same for a group that was prepared by that memory: one that was read since knows nothing of the group's lines.</summary>
    public bool IsWhole(DateOnly date, long generation, DateSlots preparedBy)
    {
        lock (_gate)
        {
            return IsWholeNow(date, generation) && ReferenceEquals(_dates[date], preparedBy);
        }
    }

    /// <summary>Remembers a line of a whole date; <c>true</c> when nothing there can be its twin.</summary>
    public bool IsNew(DateOnly date, string terminalNo, int stan, TransactionKind kind)
    {
        lock (_gate)
        {
            return _dates[date].IsNew(terminalNo, stan, kind);
        }
    }

    /// <summary>The same by a memory from <see cref="TryAll"/>, whether it is whole or not.</summary>
    public bool IsNew(DateSlots slots, string terminalNo, int stan, TransactionKind kind)
    {
        lock (_gate)
        {
            return slots.IsNew(terminalNo, stan, kind);
        }
    }

    /// <summary>After the commit that counted these dates, each so many times.</summary>
    public void Committed(IEnumerable<(DateOnly Date, int Times)> counted)
    {
        lock (_gate)
        {
            foreach (var (date, times) in counted)
            {
                if (_dates.TryGetValue(date, out var slots))
                {
                    slots.Generation += times;
                }
                else if (_stale.TryGetValue(date, out var seen))
                {
                    _stale[date] = seen + times;
                }
            }
        }
    }

    private bool IsWholeNow(DateOnly date, long generation)
    {
        if (_dates.TryGetValue(date, out var slots))
        {
            if (slots.Generation == generation)
            {
                return true;
            }

            _dates.Remove(date);
            _stale[date] = generation;
        }
        else if (_stale.TryGetValue(date, out var seen))
        {
            if (seen == generation)
            {
                // Nobody else wrote since: the next group finds it read anew.
                _stale.Remove(date);
            }
            else
            {
                _stale[date] = generation;
            }
        }

        return false;
    }
}
