using Npgsql;

namespace Acquiring.Backend.Tests.Pricing;

/// <summary>Fee, issuer's and network's part of one merchant, in fen.</summary>
internal readonly record struct NaiveParts(long Fee, long Issuer, long Network);

/// <summary>
/// A second, plain implementation: all rows in memory, decimals, the latest turn by sorting. Every sale at one plan and one tariff's rules.
/// </summary>
internal sealed class NaiveRepricing
{
    private sealed record Row(
        int Merchant, DateOnly Date, int Terminal, int Stan, int Kind, int Batch, int Turn, long Amount, bool Credit, DateTime At,
        (DateOnly? Date, int Terminal, int Stan, int Batch) Sale, NaiveParts Booked);

    private readonly List<Row> _live = [];
    private readonly Dictionary<(int Merchant, bool Credit), (decimal Issuer, long? IssuerCap, decimal Network, long? NetworkCap)> _rules = [];

    public static async Task<NaiveRepricing> LoadAsync(NpgsqlDataSource data, int tariffId)
    {
        var naive = new NaiveRepricing();
        var rows = new List<Row>();
        await using (var command = data.CreateCommand(
            """
            select merchant_id, transaction_date, terminal_id, stan, kind, batch, turn, amount_fen, card_kind = 2, occurred_at,
                   original_date, coalesce(original_terminal_id, 0), coalesce(original_stan, 0), coalesce(original_batch, 0),
                   fee_fen, issuer_fee_fen, network_fee_fen
            from journal
            """))
        await using (var r = await command.ExecuteReaderAsync())
        {
            while (await r.ReadAsync())
            {
                rows.Add(new(
                    r.GetInt32(0), r.GetFieldValue<DateOnly>(1), r.GetInt32(2), r.GetInt32(3), r.GetInt16(4), r.GetInt32(5), r.GetInt16(6),
                    r.GetInt64(7), r.GetBoolean(8), r.GetDateTime(9),
                    (r.IsDBNull(10) ? null : r.GetFieldValue<DateOnly>(10), r.GetInt32(11), r.GetInt32(12), r.GetInt32(13)),
                    new(r.GetInt64(14), r.GetInt64(15), r.GetInt64(16))));
            }
        }

        naive._live.AddRange(rows
            .GroupBy(r => (r.Merchant, r.Date, r.Terminal, r.Stan, r.Kind, r.Batch))
            .Select(g => g.MaxBy(r => r.Turn)!).Where(r => r.Turn % 2 == 0));
        await using var rules = data.CreateCommand(
            $"""
            select m.merchant_id, k = 2, r.issuer_rate_per_ten_million, r.issuer_cap_fen, r.network_rate_per_ten_million, r.network_cap_fen
            from merchant m
            cross join (values (1), (2)) kinds (k)
            join tariff t on t.tariff_id = {tariffId}
            left join mcc_class c on c.scheme = t.scheme and c.mcc = m.mcc
            join tariff_rule r on r.tariff_id = t.tariff_id and r.class = coalesce(c.class, t.default_class) and coalesce(r.card_kind, k) = k
            """);
        await using var reader = await rules.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            naive._rules.Add(
                (reader.GetInt32(0), reader.GetBoolean(1)),
                (reader.GetInt64(2), reader.IsDBNull(3) ? null : reader.GetInt64(3), reader.GetInt64(4), reader.IsDBNull(5) ? null : reader.GetInt64(5)));
        }

        return naive;
    }

    public SortedDictionary<int, NaiveParts> Run(DateOnly from, DateOnly to, Func<long, bool, long> fee)
    {
        var sums = new SortedDictionary<int, NaiveParts>();
        var sales = _live.Where(r => r.Kind == 1).ToDictionary(r => (r.Merchant, r.Date, r.Terminal, r.Stan, r.Batch));
        foreach (var sale in sales.Values.Where(s => s.Date >= from && s.Date <= to))
        {
            Add(sale.Merchant, Price(sale), 1);
        }

        foreach (var parts in _live.Where(r => r.Kind > 1).GroupBy(r => (r.Merchant, Date: r.Sale.Date!.Value, r.Sale.Terminal, r.Sale.Stan, r.Sale.Batch)))
        {
            var repriced = parts.Key.Date >= from && parts.Key.Date <= to;
            long returned = 0;
            var before = default(NaiveParts);
            foreach (var part in parts.OrderBy(p => p.At).ThenBy(p => p.Terminal).ThenBy(p => p.Stan).ThenBy(p => p.Batch).ThenBy(p => p.Kind))
            {
                var inDays = part.Date >= from && part.Date <= to;
                if (!repriced)
                {
                    Add(part.Merchant, part.Booked, inDays ? 1 : 0);
                    continue;
                }

                var sale = sales[parts.Key];
                var whole = Price(sale);
                returned += part.Amount;
                long Share(long fen) => (long)decimal.Floor(((decimal)fen * returned / sale.Amount) + 0.5m);
                var soFar = new NaiveParts(Share(whole.Fee), Share(whole.Issuer), Share(whole.Network));
                Add(part.Merchant, new(soFar.Fee - before.Fee, soFar.Issuer - before.Issuer, soFar.Network - before.Network), inDays ? -1 : 0);
                before = soFar;
            }
        }

        return sums;

        NaiveParts Price(Row sale)
        {
            var rule = _rules[(sale.Merchant, sale.Credit)];
            return new(
                fee(sale.Amount, sale.Credit), Math.Min(Rounded(sale.Amount, rule.Issuer), rule.IssuerCap ?? long.MaxValue),
                Math.Min(Rounded(sale.Amount, rule.Network), rule.NetworkCap ?? long.MaxValue));
        }

        void Add(int merchant, NaiveParts p, int sign)
        {
            var sum = sums.GetValueOrDefault(merchant);
            if (sign != 0)
            {
                sums[merchant] = new(sum.Fee + (sign * p.Fee), sum.Issuer + (sign * p.Issuer), sum.Network + (sign * p.Network));
            }
        }
    }

    public static long Rounded(long amount, decimal perTenMillion) => (long)decimal.Floor((amount * perTenMillion / 10_000_000m) + 0.5m);
}
