using Acquiring.Benchmarks.Bank;

namespace Acquiring.Benchmarks.Idle;

/// <summary>
/// A fleet written by the database itself: of a hundred machines ten are idle already, one comes to its three months on <see cref="Judged"/>, the
/// others sold within the last week. Each sold on four dates.
/// </summary>
internal static class IdleFleet
{
    public static readonly DateOnly Judged = new(2026, 11, 20);

    public static async Task SeedAsync(BankDatabase database, int terminals, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(
            $"""
            insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, state, changed_at)
            select 'B' || lpad(n::text, 7, '0'), 'BENCH' || n, 'N86', '2024-01-01', false, '', 'active', now() from generate_series(1, {terminals}) n;
            insert into terminal_binding (terminal_id, merchant_id, valid_from)
            select t.terminal_id, m.merchant_id, '-infinity'
            from terminal t
            join (select merchant_id, row_number() over (order by merchant_id) - 1 as no, count(*) over () as n from merchant) m
              on m.no = t.terminal_id % m.n
            where t.terminal_no like 'B%';
            create temporary table last_sale on commit preserve rows as
            select terminal_id, case when terminal_id % 100 < 10 then '{Judged:yyyy-MM-dd}'::date - 95 - terminal_id % 700
                                     when terminal_id % 100 = 10 then ('{Judged:yyyy-MM-dd}'::date - interval '3 months')::date
                                     else '{Judged:yyyy-MM-dd}'::date - 1 - terminal_id % 7 end as on_date
            from terminal where terminal_no like 'B%';
            insert into day_volume (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals, gross_fen, refund_fen,
                                    reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
            select l.on_date - n * 3, b.merchant_id, l.terminal_id, l.on_date - n * 3, 1, 2, 0, 0, 5000, 0, 0, 30, 10, 2
            from last_sale l join terminal_binding b using (terminal_id) cross join generate_series(0, 3) n;
            update terminal_activity a set last_sale_on = l.on_date from last_sale l where l.terminal_id = a.terminal_id;
            delete from idle_note;
            delete from activity_delta
            """,
            cancellationToken);
        await database.ExecuteAsync("vacuum analyze", cancellationToken);
    }

    /// <summary>One machine in a thousand sells again after months.</summary>
    public static Task SellAgainAsync(BankDatabase database, DateOnly on, CancellationToken cancellationToken) => database.ExecuteAsync(
        $"""
        insert into day_volume_delta (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals, gross_fen, refund_fen,
                                      reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
        select '{on:yyyy-MM-dd}', b.merchant_id, terminal_id, '{on:yyyy-MM-dd}', 1, 1, 0, 0, 5000, 0, 0, 30, 10, 2
        from terminal_binding b where terminal_id % 1000 = 5;
        select fold_day_volumes();
        select refresh_activity((select window_from from activity_refresh), now())
        """,
        cancellationToken);
}
