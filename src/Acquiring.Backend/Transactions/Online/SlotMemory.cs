using Acquiring.Backend.Transactions.Judging;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>
/// Which lines the dates of notices hold, so that a new sale is known to be new without asking the database. Used by the queue's one loop.
/// While another writer gives a date lines (a file), the memory of it is of no use; it is read anew when that has stopped.
/// </summary>
internal sealed class SlotMemory(NpgsqlDataSource database)
{
    /// <summary>Today, what a late notice may be of, and tomorrow.</summary>
    private const int DatesMax = OnlineLimits.PastDaysMax + 3;

    private readonly Dictionary<DateOnly, DateSlots> _dates = [];

    /// <summary>The counts that stale dates had when they were last seen.</summary>
    private readonly Dictionary<DateOnly, long> _stale = [];

    /// <summary>Reads dates that are not in memory; before the transaction, so that nobody waits for it who holds a lock.</summary>
    public async Task LoadMissingAsync(IEnumerable<DateOnly> dates)
    {
        foreach (var date in dates)
        {
            if (_dates.ContainsKey(date) || _stale.ContainsKey(date))
            {
                continue;
            }

            if (_dates.Count == DatesMax)
            {
                _dates.Remove(_dates.Keys.Min());
            }

            await using var connection = await database.OpenConnectionAsync();
            _dates[date] = await DateSlots.LoadAsync(connection, date, CancellationToken.None);
        }
    }

    /// <summary>Under the ingest lock: whether the memory of a date may be relied upon.</summary>
    public bool IsWhole(DateOnly date, long generation)
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

    /// <summary>Remembers a line of a whole date; <c>true</c> when nothing there can be its twin.</summary>
    public bool IsNew(DateOnly date, string terminalNo, int stan, TransactionKind kind) => _dates[date].IsNew(terminalNo, stan, kind);

    /// <summary>After the commit that counted these dates, each so many times.</summary>
    public void Committed(IEnumerable<(DateOnly Date, int Times)> counted)
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
