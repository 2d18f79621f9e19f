using Acquiring.Benchmarks.Bank;

namespace Acquiring.Benchmarks.Tiers;

/// <summary>Trades, evidence, day volumes and closed dates over the imported bank, written by the database itself.</summary>
internal static class TierFleet
{
    /// <summary>Closed dates; the first run is on the last of October, the run that grades a month on the first of November.</summary>
    public static readonly DateOnly First = new(2026, 8, 1);
    public static readonly DateOnly FirstRun = new(2026, 10, 30);

    private const string Mccs = "'7011','5411','5331','5812','5814','5511','5722','7832','8062','6513'";

    public static async Task SeedAsync(BankDatabase database, int salesDays, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(
            $"""
            select setseed(0.5);
            update merchant set mcc = (array[{Mccs}])[1 + merchant_id % 10], township = '镇' || merchant_id % 300;
            insert into merchant_step (merchant_id, version, act, from_state, to_state, why, actor, at)
            select merchant_id, 2, 'confirmAttribute', 'active', 'active', 'seed', 'seed', now() from merchant where merchant_id % 2 = 0;
            insert into merchant_attribute (merchant_id, attribute_no, attribute, value, document, valid_from, confirmed_by, confirmed_at)
            select merchant_id, 2, case mcc when '7011' then 'starRating' when '5411' then 'large' when '5511' then 'authorised4S'
                                            when '5722' then 'salesFloor' when '6513' then 'realEstateProject' else 'cafe' end,
                   case mcc when '7011' then '4' else 'true' end, 'seed', '2026-01-01', 'seed', now()
            from merchant where merchant_id % 2 = 0;
            insert into business_day_close (business_date, closed_at, complete, insisted, findings)
            select d, now(), true, false, 0 from generate_series('{First:yyyy-MM-dd}'::date, '2026-11-05', interval '1 day') d;
            insert into day_volume (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals, gross_fen, refund_fen,
                                    reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
            select d.on_date, b.merchant_id, min(b.terminal_id), d.on_date, 1, 3, 0, 0, (b.merchant_id % 1000) * 2000, 0, 0, b.merchant_id % 1000 * 10, 100, 10
            from terminal_binding b
            cross join lateral (select '{First:yyyy-MM-dd}'::date + floor(random() * 92)::int as on_date
                                from generate_series(1, {salesDays}) n where b.terminal_id > 0 group by 1) d
            where b.merchant_id % 4 > 0 and b.valid_to = 'infinity'
            group by 1, 2
            """,
            cancellationToken);
        await database.ExecuteAsync("vacuum analyze", cancellationToken);
    }

    /// <summary>Evidence for one merchant in a hundred.</summary>
    public static Task ChangeAsync(BankDatabase database, CancellationToken cancellationToken) => database.ExecuteAsync(
        """
        insert into merchant_step (merchant_id, version, act, from_state, to_state, why, actor, at)
        select merchant_id, 3, 'confirmAttribute', 'active', 'active', 'seed', 'seed', now() from merchant where merchant_id % 100 = 1;
        insert into merchant_attribute (merchant_id, attribute_no, attribute, value, document, valid_from, confirmed_by, confirmed_at)
        select merchant_id, 3, case mcc when '5411' then 'large' else 'chain' end, 'true', 'seed', '2026-01-01', 'seed', now()
        from merchant where merchant_id % 100 = 1
        """,
        cancellationToken);
}
