using Acquiring.Core.Refusals;

namespace Acquiring.Core.Days;

/// <summary>
/// Business dates are closed in order, each once, none silently without its files (domain §2), and none that has not come: neither by
/// the clock nor by any file sent for it.
/// </summary>
public static class CloseOrder
{
    /// <summary>How many missed dates one request catches up: more is a typing error more often than a long absence.</summary>
    public const int DatesMax = 400;

    /// <summary>Everything up to the last closed date is closed, whether or not it has a row of its own.</summary>
    public static bool IsClosed(DateOnly date, DateOnly? lastClosedOn) => date <= lastClosedOn;

    /// <summary>
    /// The dates that a request closes, in order: those missed since the last close (or since the first file, when none was ever
    /// closed), then the requested one. None when it is closed already. Refusals, in this order: <c>days.future</c>,
    /// <c>days.catch-up-too-long</c>, <c>days.file-missing</c>.
    /// </summary>
    /// <param name="insist">Close dates although a file is missing; they count as incomplete.</param>
    public static Result<IReadOnlyList<DateOnly>> DatesToClose(
        DateOnly requested, bool insist, DateOnly? lastClosedOn, FileCalendar files, DateOnly today)
    {
        if (IsClosed(requested, lastClosedOn))
        {
            return Array.Empty<DateOnly>();
        }

        // A date that files were sent for has happened, whatever this machine's clock says.
        if (requested > today && !(requested <= files.EndsOn))
        {
            return DayRefusals.Future(requested, today);
        }

        var first = lastClosedOn?.AddDays(1) ?? files.StartsOn ?? requested;
        // Before the first file nothing is expected, and nothing was missed.
        first = first > requested ? requested : first;
        if (requested.DayNumber - first.DayNumber >= DatesMax)
        {
            return DayRefusals.CatchUpTooLong(requested, first, first.AddDays(DatesMax - 1));
        }

        var dates = new List<DateOnly>();
        for (var date = first; date <= requested; date = date.AddDays(1))
        {
            dates.Add(date);
        }

        var missing = insist ? [] : dates.SelectMany(files.MissingOn).ToList();
        return missing.Count == 0 ? dates : DayRefusals.FileMissing(requested, missing);
    }
}
