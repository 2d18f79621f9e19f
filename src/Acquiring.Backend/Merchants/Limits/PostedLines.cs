using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Merchants.Limits;

/// <summary>Which of some lines the journal holds, live, by the front of its key.</summary>
internal static class PostedLines
{
    private readonly record struct Row(int Batch, int Turn, string Reference);

    public static NpgsqlBatchCommand Select(LineReservation[] lines)
    {
        var command = new NpgsqlBatchCommand(
            """
            select q.n, j.batch, j.turn, j.reference
            from unnest($1, $2, $3, $4, $5) with ordinality as q (transaction_date, terminal_id, stan, kind, merchant_id, n)
            join journal j using (transaction_date, terminal_id, stan, kind, merchant_id)
            where j.transaction_date between $6 and $7
            order by q.n, j.turn
            """);
        var dates = Array.ConvertAll(lines, l => l.TransactionDate);
        command.Parameters.Add(new() { Value = dates, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date });
        command.Parameters.Add(new() { Value = Array.ConvertAll(lines, l => l.TerminalId) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(lines, l => l.Stan) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(lines, l => (short)l.Kind) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(lines, l => l.MerchantId) });
        command.Parameters.Add(new() { Value = dates.Min() });
        command.Parameters.Add(new() { Value = dates.Max() });
        return command;
    }

    public static async Task<IReadOnlyList<LineReservation>> ReadAsync(NpgsqlDataReader reader, LineReservation[] lines)
    {
        var latest = new Dictionary<(long Line, int Batch), Row>();
        while (await reader.ReadAsync())
        {
            var row = new Row(reader.GetInt32(1), reader.GetInt16(2), reader.GetString(3));
            latest[(reader.GetInt64(0), row.Batch)] = row;
        }

        return [.. latest
            .Where(l => l.Value.Turn % 2 == 0)
            .Select(l => (Line: lines[l.Key.Line - 1], l.Value))
            .Where(l => LineTwin.IsSame(l.Line.Batch, l.Line.Reference, l.Value.Batch, l.Value.Reference))
            .Select(l => l.Line)];
    }
}
