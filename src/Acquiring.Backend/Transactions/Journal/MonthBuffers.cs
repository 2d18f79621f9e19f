using Acquiring.Backend.Platform;

namespace Acquiring.Backend.Transactions.Journal;

/// <summary>
/// Journal rows sorted into the partitions they belong to: copying into a partition costs a seventh less than through the parent, which
/// routes row by row.
/// </summary>
internal sealed class MonthBuffers : IDisposable
{
    private readonly SortedDictionary<DateOnly, CopyBuffer> _buffers = [];
    private (DateOnly Month, CopyBuffer? Rows) _last;

    public IReadOnlyCollection<DateOnly> Months => _buffers.Keys;

    public IEnumerable<KeyValuePair<DateOnly, CopyBuffer>> All => _buffers;

    public CopyBuffer Of(DateOnly date)
    {
        var month = new DateOnly(date.Year, date.Month, 1);
        if (_last.Rows is not null && _last.Month == month)
        {
            return _last.Rows;
        }

        if (!_buffers.TryGetValue(month, out var rows))
        {
            _buffers[month] = rows = new CopyBuffer();
        }

        _last = (month, rows);
        return rows;
    }

    public void Dispose()
    {
        foreach (var rows in _buffers.Values)
        {
            rows.Dispose();
        }
    }
}
