using Acquiring.Backend.Platform;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Pricing.TimeMachine;

/// <summary>
/// First pass: every row of the days, in the order of the table. A row that takes another back (odd turn) counts negative, so history
/// cancels out by itself. Refunds and reversals whose sale lies in these days are priced by the second pass (<see cref="ReturnsStream"/>).
/// </summary>
internal static class JournalStream
{
    private const int LinesPerProgress = 10_000;

    public static async Task<long> ReadAsync(
        NpgsqlConnection connection, Repricer repricer, Action<long> advance, CancellationToken cancellationToken)
    {
        var order = repricer.Order;
        // COPY takes no parameters; dates and a number cannot carry anything else.
        var sql =
            $"""
            copy (select j.merchant_id, j.kind, j.turn, j.occurred_at, j.original_date, {SaleRow.Columns("j")}
                  from journal j
                  where j.transaction_date between '{order.From:yyyy-MM-dd}' and '{order.To:yyyy-MM-dd}'
                        {(order.MerchantId is { } id ? $"and j.merchant_id = {id}" : "")})
            to stdout (format binary)
            """;
        await using var stream = await connection.BeginRawBinaryCopyAsync(sql, cancellationToken);
        var reader = new CopyReader(stream);
        long lines = 0;
        while (await reader.NextAsync(cancellationToken))
        {
            AddRow(reader, repricer);
            if (++lines % LinesPerProgress == 0)
            {
                advance(LinesPerProgress);
            }
        }

        advance(lines % LinesPerProgress);
        return lines;
    }

    private static void AddRow(CopyReader reader, Repricer repricer)
    {
        var merchant = repricer.Of(reader.Integer());
        var kind = (TransactionKind)reader.SmallInt();
        var sign = reader.SmallInt() % 2 == 0 ? 1 : -1;
        var occurredAt = BusinessTime.FromUtc(reader.Timestamp());
        var originalDate = reader.DateOrNull();
        var row = SaleRow.Read(reader);
        if (kind == TransactionKind.Sale)
        {
            var parts = repricer.Price(merchant, row, row.AmountFen * sign);
            merchant.AddSale(row.Date, occurredAt.Hour, sign, row.AmountFen, row.Booked, sign > 0 ? parts : parts.Negated);
        }
        else
        {
            // What a sale before these days gives back stays as booked: only the days asked for are priced again.
            var secondPass = originalDate is { } date && repricer.Order.Covers(date);
            merchant.AddReturn(row.Date, row.Booked, secondPass ? default : row.Booked);
        }
    }
}
