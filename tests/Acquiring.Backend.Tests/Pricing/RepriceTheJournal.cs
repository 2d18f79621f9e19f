using Acquiring.Backend.Platform;
using Acquiring.Backend.Pricing;
using Acquiring.Backend.Pricing.TimeMachine;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Tests.Transactions;
using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;
using Acquiring.Testing;
using Acquiring.Testing.Samples;

namespace Acquiring.Backend.Tests.Pricing;

public sealed class RepriceTheJournal(TestCluster cluster, ITestOutputHelper output)
{
    private static readonly DateOnly s_from = new(2000, 1, 1);
    private static readonly DateOnly s_to = new(2099, 12, 31);

    private static readonly IReadOnlyList<FeeTerm> s_terms =
    [
        new(PayType.Card, CardKind.Debit, [new(0, new(new Rate(45_000), 1_800, 0, 10))]),
        new(PayType.Card, CardKind.Credit, [new(0, new(new Rate(55_000), null, 2))]),
    ];

    [Fact]
    public async Task As_booked_and_as_in_force_no_merchant_differs()
    {
        await using var bank = await WithHistoryAsync();
        var before = await JournalAsync(bank);
        foreach (var byDate in (bool[])[false, true])
        {
            var outcome = await RunAsync(bank, new(s_from, s_to, ByDate: byDate));
            outcome.Merchants.Count.ShouldBeGreaterThan(10);
            outcome.Merchants.Where(m => m.Sums.Booked != m.Sums.Repriced).Select(m => m.Merchant.MerchantNo).ShouldBeEmpty();
            outcome.Merchants.Sum(m => m.Sums.Booked.FeeFen).ShouldBe(await bank.CountAsync("select sum(fee_fen) from journal"));
            outcome.Merchants.Sum(m => m.Sums.Booked.IssuerFeeFen).ShouldBe(await bank.CountAsync("select sum(issuer_fee_fen) from journal"));
            outcome.Merchants.Sum(m => m.Sums.Booked.NetworkFeeFen).ShouldBeGreaterThan(0);
            outcome.Merchants.Sum(m => m.Sums.GrossFen).ShouldBe(await bank.CountAsync("select sum(gross_fen) from day_volume_current"));
            outcome.Merchants.Sum(m => m.Sums.Sales).ShouldBe(await bank.CountAsync("select sum(sales) from day_volume_current"));
        }

        (await JournalAsync(bank)).ShouldBe(before);
    }

    [Fact]
    public async Task A_merchant_that_changed_its_trade_differs_only_where_it_is_looked_up_anew()
    {
        await using var bank = await WithHistoryAsync();
        await bank.ExecuteAsync("update merchant set mcc = '8398'");
        (await RunAsync(bank, new(s_from, s_to))).Merchants.ShouldAllBe(m => m.Sums.Booked == m.Sums.Repriced);
        (await RunAsync(bank, new(s_from, s_to, ByDate: true))).Merchants.Sum(m => m.Sums.Repriced.IssuerFeeFen).ShouldBe(0);
    }

    [Theory]
    [InlineData(0, 3, 1)]
    [InlineData(0, 3, 2)]
    [InlineData(1, 1, 3)]
    [InlineData(1, 2, 1)]
    public async Task Another_plan_and_tariff_come_to_what_a_naive_model_says(int firstDay, int lastDay, int tariffId)
    {
        await using var bank = await WithHistoryAsync();
        var begin = DateOnly.FromDayNumber((int)await bank.CountAsync("select min(transaction_date) - date '0001-01-01' from journal"));
        var (first, last) = (begin.AddDays(firstDay), begin.AddDays(lastDay));
        var tariff = (await RegistryAsync(bank)).Tariffs.Tariff(tariffId)!;
        var outcome = await RunAsync(bank, new(first, last, tariff, s_terms));
        var naive = (await NaiveRepricing.LoadAsync(bank.Data, tariffId)).Run(first, last, (amount, credit) => credit
            ? NaiveRepricing.Rounded(amount, 55_000) + 2
            : Math.Min(Math.Max(NaiveRepricing.Rounded(amount, 45_000), 10), 1_800));
        outcome.Merchants.OrderBy(m => m.Merchant.MerchantId)
            .Select(m => (m.Merchant.MerchantId, new NaiveParts(m.Sums.Repriced.FeeFen, m.Sums.Repriced.IssuerFeeFen, m.Sums.Repriced.NetworkFeeFen)))
            .Where(m => m.Item2 != default)
            .ShouldBe(naive.Where(n => n.Value != default).Select(n => (n.Key, n.Value)));
        outcome.Merchants.Sum(m => m.Sums.Booked.FeeFen).ShouldBe(
            await bank.CountAsync($"select sum(fee_fen) from journal where transaction_date between '{first:O}' and '{last:O}'"));
        outcome.Merchants.Any(m => m.Sums.Booked != m.Sums.Repriced).ShouldBeTrue();
    }

    [Fact]
    public async Task One_merchant_alone_comes_to_the_same_as_among_all()
    {
        await using var bank = await WithHistoryAsync();
        var all = await RunAsync(bank, new(s_from, s_to, Terms: s_terms));
        var one = all.Merchants.MaxBy(m => m.Sums.Sales)!;
        var alone = (await RunAsync(bank, new(s_from, s_to, Terms: s_terms, MerchantId: one.Merchant.MerchantId, ByMonth: true))).Merchants.ShouldHaveSingleItem();
        (alone.Sums.Booked, alone.Sums.Repriced, alone.Pattern).ShouldBe((one.Sums.Booked, one.Sums.Repriced, one.Pattern));
        alone.Months!.Values.Aggregate(default(FeeParts), (a, m) => a + m.Repriced).ShouldBe(one.Sums.Repriced);
    }

    [Fact]
    public async Task Steps_follow_the_volume_of_the_month_before_from_the_8th_on()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        var merchant = await bank.MerchantAsync("102360758120001");
        var terminal = await bank.TerminalAsync("10000001", merchant);
        await bank.PostAsync(merchant, terminal, "2026-09-30", stan: 1, amountFen: 1_000_000, feeFen: 6_000);
        await bank.PostAsync(merchant, terminal, "2026-10-07", stan: 2);
        await bank.PostAsync(merchant, terminal, "2026-10-08", stan: 3);
        IReadOnlyList<FeeTerm> terms =
        [
            new(PayType.Card, CardKind.Debit, [new(0, new(new Rate(60_000), null)), new(1_000_000, new(new Rate(50_000), null))]),
            new(PayType.Card, CardKind.Credit, [new(0, new(new Rate(60_000), null))]),
        ];
        var run = new RepricingRun(bank.DataSource, new RegistrySnapshots(bank.Changes), new());
        var sums = (await run.RunAsync(new(new(2026, 10, 1), s_to, Terms: terms), null, null, CancellationToken.None)).Merchants.Single().Sums;
        // 100.00 at 0.60 % on the 7th, at 0.50 % on the 8th.
        sums.Repriced.FeeFen.ShouldBe(60 + 50);
    }

    /// <summary>Run by hand: <c>-explicit only</c>. Rates are told, not judged.</summary>
    [Fact(Explicit = true)]
    public async Task A_million_rows_take_seconds()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await bank.MerchantAsync("102360758120001");
        await using var seed = bank.DataSource.CreateCommand();
        seed.CommandTimeout = 0;
        seed.CommandText =
            """
            insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                                  settlement_account_mark, changed_at)
            select '10236075411' || lpad(n::text, 4, '0'), 'x', (array['5411', '5812', '5311', '7011'])[1 + n % 4], '360700', '', '', '', '', now()
            from generate_series(1, 9999) n;
            insert into fee_plan (merchant_id, effective_from, debit_rate_per_ten_million, credit_rate_per_ten_million, source, created_at)
            select merchant_id, '-infinity', 60000, 70000, 'test', now() from merchant where merchant_id > 1;
            select ensure_journal_partition('2026-11-01');
            insert into journal (occurred_at, amount_fen, fee_fen, issuer_fee_fen, network_fee_fen, transaction_date, business_date, merchant_id,
                                 terminal_id, stan, batch, file_id, line_no, fee_plan_id, kind, turn, plan_term, tariff_rule_id, card_kind,
                                 pay_type, reference)
            select '2026-11-01'::timestamptz + (n % 2000000) * interval '1 second', 1000 + n % 100000, 6, 3, 0, '2026-11-01'::date + (n % 28)::int,
                   '2026-11-20', p.merchant_id, n % 30000, n / 30000 + 1, 1, 1, n, p.fee_plan_id,
                   1, 0, 1101, 401, 1, 1, ''
            from generate_series(1, 1000000) n join fee_plan p on p.merchant_id = 1 + n % 10000;
            insert into journal (occurred_at, amount_fen, fee_fen, issuer_fee_fen, network_fee_fen, transaction_date, business_date, merchant_id,
                                 terminal_id, stan, batch, file_id, line_no, fee_plan_id, kind, turn, plan_term, tariff_rule_id, card_kind,
                                 pay_type, reference, original_date, original_terminal_id, original_stan, original_batch)
            select occurred_at + interval '1 hour', amount_fen / 2, -3, -2, 0, transaction_date, business_date, merchant_id, terminal_id, stan + 900000,
                   batch, file_id, line_no, fee_plan_id, 2, 0, plan_term, tariff_rule_id, card_kind, pay_type, '', transaction_date, terminal_id, stan, batch
            from journal where line_no % 33 = 0;
            """;
        await seed.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await bank.ExecuteAsync("vacuum analyze journal");
        var run = new RepricingRun(bank.DataSource, new RegistrySnapshots(bank.Changes), new());
        for (var i = 0; i < 3; i++)
        {
            var allocated = GC.GetTotalAllocatedBytes();
            var begun = TimeProvider.System.GetTimestamp();
            var outcome = await run.RunAsync(new(s_from, s_to, Terms: s_terms, ByDate: true), null, null, CancellationToken.None);
            var seconds = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
            output.WriteLine($"{outcome.Lines:N0} rows in {seconds:F2} s: {outcome.Lines / seconds:N0} rows/s, {outcome.Merchants.Count:N0} merchants, {(GC.GetTotalAllocatedBytes() - allocated) >> 20} MB allocated");
        }
    }

    /// <summary>Files with refunds over several days, one withdrawn and partly sent again: turns up to 2.</summary>
    private async Task<ClearingBank> WithHistoryAsync()
    {
        var set = SampleSet.Generate(new SampleOptions { Seed = 7, Merchants = 20, Terminals = 30, Dates = 4, SalesPerDate = 120, LateSales = true });
        var bank = await ClearingBank.WithSetAsync(cluster, set, 40);
        var ids = new List<int>();
        foreach (var file in set.Files)
        {
            ids.Add((await bank.TakeAsync(file.Name, file.Bytes, file.BusinessDate)).FileId);
        }

        await bank.Withdraw.RunAsync(ids[1], "wrong", "test", TestContext.Current.CancellationToken);
        await bank.TakeAsync(set.Files[2].Name, set.Files[2].Bytes, set.Files[2].BusinessDate);
        await bank.TakeAsync(set.Files[1].Name, set.Files[1].Bytes, set.Files[1].BusinessDate);
        (await bank.CountAsync("select max(turn) from journal")).ShouldBeGreaterThan(1);
        (await bank.CountAsync("select count(*) from journal where kind > 1 and original_date <> transaction_date")).ShouldBeGreaterThan(5);
        return bank;
    }

    private static Task<RepricingOutcome> RunAsync(ClearingBank bank, RepricingOrder order) =>
        new RepricingRun(bank.Data, new RegistrySnapshots(new ChangeCounter()), new PricingOptions())
            .RunAsync(order, null, null, TestContext.Current.CancellationToken);

    private static async Task<RegistrySnapshot> RegistryAsync(ClearingBank bank)
    {
        await using var connection = await bank.Data.OpenConnectionAsync();
        return await RegistrySnapshot.LoadAsync(connection, CancellationToken.None);
    }

    private static Task<long> JournalAsync(ClearingBank bank) => bank.CountAsync("select sum(hashtextextended(j::text, 0)::numeric % 1000000007) from journal j");
}
