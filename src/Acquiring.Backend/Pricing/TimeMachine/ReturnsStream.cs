using Acquiring.Backend.Platform;
using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Pricing.TimeMachine;

/// <summary>
/// Second pass: refunds and reversals of the sales of these days, sale by sale, each giving back its share of the sale's new price by the
/// rule that splits what is booked. The database sorts; one sale at a time is in memory.
/// </summary>
internal sealed class ReturnsStream(Repricer repricer)
{
    private readonly List<(ReturnedPart Part, DateOnly Date, FeeParts Booked)> _parts = [];
    private SaleKey _key;
    private SaleRow? _sale;
    private PartKey _lastPart;

    private readonly record struct SaleKey(int MerchantId, DateOnly Date, int TerminalId, int Stan, int Batch);

    private readonly record struct PartKey(DateOnly Date, int TerminalId, int Stan, short Kind, int Batch);

    public async Task ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var order = repricer.Order;
        var days = $"between '{order.From:yyyy-MM-dd}' and '{order.To:yyyy-MM-dd}'";
        var sql =
            $"""
            copy (select p.merchant_id, p.original_date, p.original_terminal_id, p.original_stan, p.original_batch,
                         p.transaction_date, p.terminal_id, p.stan, p.kind, p.batch, p.turn, p.occurred_at, p.amount_fen,
                         p.fee_fen, p.issuer_fee_fen, p.network_fee_fen, coalesce(s.turn, -1::smallint),
                         {NotNull("s")}
                  from journal p
                  left join journal s on s.kind = 1 and s.transaction_date {days} and s.transaction_date = p.original_date
                       and s.terminal_id = p.original_terminal_id and s.stan = p.original_stan and s.batch = p.original_batch
                       and s.merchant_id = p.merchant_id
                  where p.kind > 1 and p.original_date {days} {(order.MerchantId is { } id ? $"and p.merchant_id = {id}" : "")}
                  order by p.merchant_id, p.original_date, p.original_terminal_id, p.original_stan, p.original_batch,
                           p.transaction_date, p.terminal_id, p.stan, p.kind, p.batch, p.turn desc, s.turn desc)
            to stdout (format binary)
            """;
        await using var stream = await connection.BeginRawBinaryCopyAsync(sql, cancellationToken);
        var reader = new CopyReader(stream);
        while (await reader.NextAsync(cancellationToken))
        {
            AddRow(reader);
        }

        PriceSale();
    }

    // A sale that is not there leaves nulls; its row is not looked at.
    private static string NotNull(string alias) =>
        string.Join(", ", SaleRow.Columns(alias).Split(", ").Select(c => c.EndsWith("_date", StringComparison.Ordinal) ? $"coalesce({c}, p.original_date)"
            : c.EndsWith("_fen", StringComparison.Ordinal) ? $"coalesce({c}, 0::bigint)"
            : c.EndsWith("_plan_id", StringComparison.Ordinal) ? $"coalesce({c}, 0)"
            : $"coalesce({c}, 0::smallint)"));

    private void AddRow(CopyReader reader)
    {
        var key = new SaleKey(reader.Integer(), reader.Date(), reader.Integer(), reader.Integer(), reader.Integer());
        var part = new PartKey(reader.Date(), reader.Integer(), reader.Integer(), reader.SmallInt(), reader.Integer());
        var turn = reader.SmallInt();
        var occurredAt = BusinessTime.FromUtc(reader.Timestamp());
        var amountFen = reader.BigInt();
        var booked = new FeeParts(reader.BigInt(), reader.BigInt(), reader.BigInt());
        var saleTurn = reader.SmallInt();
        var sale = SaleRow.Read(reader);
        if (key != _key)
        {
            PriceSale();
            // The latest turn comes first; an odd one means that the sale was taken back.
            (_key, _sale, _lastPart) = (key, saleTurn >= 0 && saleTurn % 2 == 0 ? sale : null, default);
        }

        if (part == _lastPart)
        {
            return;
        }

        _lastPart = part;
        if (turn % 2 == 0)
        {
            _parts.Add((new(occurredAt, part.TerminalId, part.Stan, part.Batch, (TransactionKind)part.Kind, amountFen), part.Date, booked));
        }
    }

    private void PriceSale()
    {
        if (_parts.Count == 0)
        {
            return;
        }

        var merchant = repricer.Of(_key.MerchantId);
        var given = _sale is { } sale
            ? GiveBack.PartsOf(sale.AmountFen, repricer.Price(merchant, sale, sale.AmountFen), _parts.ConvertAll(p => p.Part))
            : null;
        for (var i = 0; i < _parts.Count; i++)
        {
            // Booked was added by the first pass; a part after these days belongs to others.
            if (repricer.Order.Covers(_parts[i].Date))
            {
                merchant.AddReturn(_parts[i].Date, default, given is null ? _parts[i].Booked : given[i].Negated);
            }
        }

        _parts.Clear();
    }
}
