using Npgsql;
using Orleans;

namespace Acquiring.Backend.Transactions.Volumes;

/// <summary>Volume of a day or of a calendar month; a message between grains.</summary>
/// <param name="From">The day, or the month's first day.</param>
/// <param name="Imported">Some of it is not of our journal: an import told it.</param>
[GenerateSerializer]
public sealed record PeriodVolume(
    [property: Id(0)] DateOnly From,
    [property: Id(1)] int Sales,
    [property: Id(2)] int Refunds,
    [property: Id(3)] int Reversals,
    [property: Id(4)] long GrossFen,
    [property: Id(5)] long RefundFen,
    [property: Id(6)] long FeeFen,
    [property: Id(7)] bool Imported = false)
{
    public PeriodVolume Plus(PeriodVolume other) => this with
    {
        Sales = Sales + other.Sales,
        Refunds = Refunds + other.Refunds,
        Reversals = Reversals + other.Reversals,
        GrossFen = GrossFen + other.GrossFen,
        RefundFen = RefundFen + other.RefundFen,
        FeeFen = FeeFen + other.FeeFen,
        Imported = Imported || other.Imported,
    };
}

/// <summary>What a grain tracks of volume: the last days and the last calendar months, the present ones included; empty ones are left out.</summary>
[GenerateSerializer]
public sealed record ActivityWindow([property: Id(0)] IReadOnlyList<PeriodVolume> Days, [property: Id(1)] IReadOnlyList<PeriodVolume> Months)
{
    public const int DaysMax = 31;
    public const int MonthsMax = 13;

    public static readonly ActivityWindow Empty = new([], []);

    /// <summary>The columns that <see cref="ReadAsync"/> reads, from an alias <c>v</c> of <c>day_activity</c> grouped by transaction date.</summary>
    public const string Columns =
        """
        v.transaction_date, sum(v.sales)::int, sum(v.refunds)::int, sum(v.reversals)::int,
        sum(v.gross_fen)::bigint, sum(v.refund_fen)::bigint, sum(v.fee_fen)::bigint, bool_or(v.imported)
        """;

    /// <summary>The first date of the oldest month.</summary>
    public static DateOnly StartsOn(DateOnly today) => MonthOf(today).AddMonths(1 - MonthsMax);

    /// <summary>Reads sums by date, in the order of the dates, up to the end of the reader's present result.</summary>
    public static async Task<ActivityWindow> ReadAsync(NpgsqlDataReader reader, DateOnly today, CancellationToken cancellationToken)
    {
        var days = new List<PeriodVolume>();
        var months = new List<PeriodVolume>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var day = new PeriodVolume(
                reader.GetFieldValue<DateOnly>(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3),
                reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetBoolean(7));
            // What was withdrawn leaves zeros.
            if (day is { Sales: 0, Refunds: 0, Reversals: 0, GrossFen: 0, RefundFen: 0, FeeFen: 0 })
            {
                continue;
            }

            if (day.From > today.AddDays(-DaysMax))
            {
                days.Add(day);
            }

            var month = MonthOf(day.From);
            if (months.Count > 0 && months[^1].From == month)
            {
                months[^1] = months[^1].Plus(day);
            }
            else
            {
                months.Add(day with { From = month });
            }
        }

        return new(days, months);
    }

    private static DateOnly MonthOf(DateOnly date) => new(date.Year, date.Month, 1);
}
