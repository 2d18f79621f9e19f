using Acquiring.Benchmarks.Bank;

namespace Acquiring.Benchmarks.IdlePolicies;

/// <summary>
/// The imported bank, living day by day: of ten merchants one has been quiet since the first of October, the others sell with every machine on every
/// date from <see cref="First"/> on. Some of them, as many as asked for whatever the fleet, stop after <see cref="First"/> for two days.
/// </summary>
internal sealed class PolicyFleet(BankDatabase database, int stopping)
{
    public static readonly DateOnly First = new(2026, 11, 17);

    private const string Volumes =
        """
        insert into day_volume (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals, gross_fen, refund_fen,
                                reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
        """;

    public async Task SeedAsync(CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(
            $"""
            create table fleet as
            select b.terminal_id, b.merchant_id, dense_rank() over (order by b.merchant_id) as no
            from terminal_binding b where b.valid_to = 'infinity';
            insert into business_day_close (business_date, closed_at, complete, insisted, findings)
            select d, now(), true, false, 0 from generate_series('2026-08-01'::date, '2026-11-22', interval '1 day') d;
            {Volumes}
            select case when no % 10 = 9 then '2026-10-01' else d end, merchant_id, terminal_id, case when no % 10 = 9 then '2026-10-01' else d end,
                   1, case when no % 10 = 9 then 1 else 9 end, 0, 0, case when no % 10 = 9 then 900 else 250000 end, 0, 0, 30, 10, 2
            from fleet cross join unnest('{'{'}2026-08-09,2026-09-09,2026-10-09,2026-11-09{'}'}'::date[]) d where no % 10 <> 9 or d = '2026-08-09';
            update terminal_activity a set last_sale_on = '2026-10-01' from fleet f where f.terminal_id = a.terminal_id and f.no % 10 = 9
            """,
            cancellationToken);
        await SellAsync(First, all: true, cancellationToken);
        await database.ExecuteAsync("vacuum analyze", cancellationToken);
    }

    /// <summary>What a date brings; nothing is left noted, as after a close.</summary>
    /// <param name="all">Those too that stop for two days.</param>
    public Task SellAsync(DateOnly on, bool all, CancellationToken cancellationToken)
    {
        var who = all ? "no % 10 <> 9" : $"no % 10 <> 9 and not (no % 10 = 1 and no <= {stopping * 10})";
        return database.ExecuteAsync(
            $"""
            {Volumes}
            select '{on:yyyy-MM-dd}', merchant_id, terminal_id, '{on:yyyy-MM-dd}', 1, 3, 0, 0, 50000, 0, 0, 30, 10, 2 from fleet where {who};
            update terminal_activity a set last_sale_on = '{on:yyyy-MM-dd}' from fleet f where f.terminal_id = a.terminal_id and {who};
            delete from idle_note;
            delete from idle_verdict_note;
            delete from activity_delta
            """,
            cancellationToken);
    }

    /// <summary>A loan for as many of the quiet merchants.</summary>
    public Task LendAsync(DateOnly asOf, CancellationToken cancellationToken) => database.ExecuteAsync(
        $"""
        insert into loan (loan_ref, merchant_id) select 'B-' || merchant_id, merchant_id from fleet where no % 10 = 9 and no <= {stopping * 10} group by 2;
        insert into loan_version (loan_id, valid_from, product, outstanding_fen, disbursed_on, share_per_ten_million)
        select loan_id, '{asOf:yyyy-MM-dd}', 'p', 1, '2026-01-01', 0 from loan;
        insert into loan_step (loan_id, version, act, as_of, details, actor, at)
        select loan_id, 1, 'open', '{asOf:yyyy-MM-dd}', '{'{'}{'}'}', 'seed', now() from loan
        """,
        cancellationToken);
}
