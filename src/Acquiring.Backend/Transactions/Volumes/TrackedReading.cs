using Acquiring.Backend.Platform;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Transactions.Volumes;

/// <summary>
/// What a grain read from the rows, as long as it is true: until anything was committed since, or the day changed and the windows with it.
/// Used inside a grain's turns only.
/// </summary>
internal sealed class TrackedReading<T>(ChangeCounter changes, TimeProvider clock, Func<DateOnly, CancellationToken, Task<T?>> read)
    where T : class
{
    private T? _value;
    private long _asOfChange = -1;
    private DateOnly _asOfDate;

    public async Task<T?> CurrentAsync(CancellationToken cancellationToken)
    {
        // Taken before the read: a commit during the read makes the next call read again.
        var change = changes.Current;
        var today = BusinessTime.Today(clock);
        if (change != _asOfChange || today != _asOfDate)
        {
            _value = await read(today, cancellationToken);
            _asOfChange = change;
            _asOfDate = today;
        }

        return _value;
    }
}
