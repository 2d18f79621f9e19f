using Npgsql;

namespace Acquiring.Backend.Transactions.Judging;

/// <summary>Which business date a row takes: its file's, or the first date after the last closed one when that is closed (domain §2).</summary>
internal readonly record struct PostingDates(DateOnly? LastClosed)
{
    public DateOnly For(DateOnly fileDate) => LastClosed is { } closed && fileDate <= closed ? closed.AddDays(1) : fileDate;

    public static async Task<PostingDates> LoadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select max(business_date) from business_day_close", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.IsDBNull(0) ? null : reader.GetFieldValue<DateOnly>(0));
    }
}
