using Acquiring.Testing;
using Dapper;
using Npgsql;

namespace Acquiring.Backend.Tests.Transactions.Online;

public sealed class CopyAhead(TestCluster cluster)
{
    private const string InsertStan5 =
        """
        insert into journal_2026_11
        select (jsonb_populate_record(j, '{"stan":5,"reference":"R00000000005","amount_fen":10000,"fee_fen":60,"file_id":1,"line_no":1}')).*
        from journal_2026_11 j where stan = 999999
        """;

    [Fact(Timeout = 120_000)]
    public async Task A_batch_is_copied_while_the_notice_before_it_waits_and_commits_after_it()
    {
        await using var held = await HeldUp.OpenAsync(cluster);
        var first = await held.PostInFrontAsync(Gateway.Sale(500_000, 100));
        var batch = await held.CopyAsync(HeldUp.Lines(1));
        first.IsCompleted.ShouldBeFalse();
        batch.IsCompleted.ShouldBeFalse();
        await held.Transaction.CommitAsync();
        (await first).Status.ShouldBe(201);
        (await batch).ShouldAllBe(s => s == "201");
        (await held.Gateway.Bank.ScalarAsync<long>("select count(distinct xmin::text) from journal")).ShouldBe(3);
        (await held.Gateway.CountAsync("journal")).ShouldBe(HeldUp.Many + 2);
        await held.Gateway.BooksShouldBeInOrderAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_registry_that_changed_since_the_copy_prices_the_batch()
    {
        await using var held = await HeldUp.OpenAsync(cluster);
        var first = await held.PostInFrontAsync(Gateway.Sale(500_000, 100));
        var batch = await held.CopyAsync(HeldUp.Lines(1));
        await held.Holder.ExecuteAsync(
            """
            insert into fee_plan (merchant_id, effective_from, debit_rate_per_ten_million, credit_rate_per_ten_million, source, created_at)
            values (1, '2026-11-01', 100000, 100000, 'test', '2026-11-22T00:00:00Z')
            """);
        held.Gateway.Bank.Changes.AdvanceRegistry();
        await held.Transaction.CommitAsync();
        (await first).Status.ShouldBe(201);
        (await batch).ShouldAllBe(s => s == "201");
        (await held.Gateway.Bank.ScalarAsync<long>("select count(*) from journal where fee_fen = 100 and amount_fen = 10000")).ShouldBe(HeldUp.Many);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_date_closed_since_the_copy_moves_the_batch_to_the_next()
    {
        await using var held = await HeldUp.OpenAsync(cluster);
        var first = await held.PostInFrontAsync(Gateway.Sale(500_000, 100));
        var batch = await held.CopyAsync(HeldUp.Lines(1));
        await held.Holder.ExecuteAsync(
            """
            insert into business_day_close (business_date, closed_at, complete, insisted, findings)
            values ('2026-11-22', '2026-11-22T00:00:00Z', true, false, 0)
            """);
        await held.Transaction.CommitAsync();
        (await first).Status.ShouldBe(201);
        (await batch).ShouldAllBe(s => s == "201");
        (await held.Gateway.Bank.ScalarAsync<long>("select count(*) from journal where business_date = '2026-11-23'")).ShouldBe(HeldUp.Many + 1);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_waits_for_a_copied_line_gets_it_and_the_batch_finds_out(bool isPosted)
    {
        await using var held = await HeldUp.OpenAsync(cluster);
        var first = await held.PostInFrontAsync(Gateway.Sale(500_000, 100));
        var batch = await held.CopyAsync(HeldUp.Lines(1));
        var inserting = held.Holder.ExecuteAsync(InsertStan5);
        await held.UntilAsync("select exists (select from pg_locks where locktype = 'transactionid' and not granted)");
        while (!inserting.IsCompleted)
        {
            held.Gateway.Bank.Clock.Advance(TimeSpan.FromMilliseconds(300));
            await held.Gateway.Bank.ScalarAsync<int>("select 1");
        }

        await inserting;
        if (isPosted)
        {
            await held.Holder.ExecuteAsync(
                """
                update journal_date set generation = generation + 1;
                insert into day_volume_delta (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals,
                                              gross_fen, refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
                select transaction_date, merchant_id, terminal_id, business_date, pay_type, 1, 0, 0, amount_fen, 0, 0, fee_fen, issuer_fee_fen,
                       network_fee_fen
                from journal where stan = 5
                """);
            await held.Transaction.CommitAsync();
        }
        else
        {
            await held.Transaction.RollbackAsync();
        }

        (await first).Status.ShouldBe(201);
        var statuses = await batch;
        statuses.Count(s => s == "201").ShouldBe(isPosted ? HeldUp.Many - 1 : HeldUp.Many);
        statuses[4].ShouldBe(isPosted ? "200" : "201");
        (await held.Gateway.CountAsync("journal")).ShouldBe(HeldUp.Many + 2);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_line_whose_twin_is_under_way_waits_for_it()
    {
        await using var held = await HeldUp.OpenAsync(cluster);
        // The first names no batch, the second does: no key can say that they are one.
        var first = await held.PostInFrontAsync(Gateway.Notice("sale", 1, 10_000, reference: "R00000000001", batch: null));
        var batch = await held.CopyAsync(HeldUp.Lines(1));
        var next = held.StatusesAsync(HeldUp.Lines(HeldUp.Many));
        await held.Transaction.CommitAsync();
        (await first).Status.ShouldBe(201);
        var statuses = (await batch).Concat(await next).ToArray();
        statuses[0].ShouldBe("200");
        statuses.Count(s => s == "200").ShouldBe(2);
        (await held.Gateway.CountAsync("journal")).ShouldBe((2 * HeldUp.Many) - 1 + 1);
        await held.Gateway.BooksShouldBeInOrderAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_failure_of_the_group_before_harms_no_copied_batch()
    {
        await using var held = await HeldUp.OpenAsync(cluster);
        await held.Gateway.Bank.ExecuteAsync(
            """
            create function poison() returns trigger language plpgsql as
            $$ begin if new.stan = 500000 then raise exception 'poison'; end if; return new; end $$;
            create trigger poison before insert on journal_2026_11 for each row execute function poison()
            """);
        var first = await held.PostInFrontAsync(Gateway.Sale(500_000, 100));
        var batch = await held.CopyAsync(HeldUp.Lines(1));
        await held.Transaction.CommitAsync();
        (await first).Status.ShouldBe(500);
        (await batch).ShouldAllBe(s => s == "201");
        (await held.Gateway.CountAsync("journal")).ShouldBe(HeldUp.Many + 1);
        await held.Gateway.BooksShouldBeInOrderAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_poisoned_line_of_a_large_batch_fails_alone()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(999_999, 100));
        await gateway.Bank.ExecuteAsync(
            """
            create function poison() returns trigger language plpgsql as
            $$ begin if new.stan = 7 then raise exception 'poison'; end if; return new; end $$;
            create trigger poison before insert on journal_2026_11 for each row execute function poison()
            """);
        var answers = await gateway.Api.PostLinesAsync(HeldUp.Lines(1, 600));
        answers.Count(a => $"{a["status"]}" == "201").ShouldBe(599);
        $"{answers[6]["status"]}".ShouldBe("500");
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_refund_behind_its_copied_sale_and_one_that_waited_for_it_are_posted()
    {
        await using var held = await HeldUp.OpenAsync(cluster);
        await held.Transaction.CommitAsync();
        (await held.Gateway.PostAsync(Gateway.Back("refund", 600_001, 1_000, ofStan: 1))).Status.ShouldBe(202);
        var statuses = await held.StatusesAsync(HeldUp.Lines(1) + "\n" + Gateway.Back("refund", 600_002, 1_000, ofStan: 2));
        statuses.ShouldAllBe(s => s == "201");
        (await held.Gateway.Bank.ScalarAsync<long>("select count(*) from journal where kind = 2")).ShouldBe(2);
        await held.Gateway.BooksShouldBeInOrderAsync();
    }

    [Theory(Timeout = 120_000)]
    [InlineData(true, 201)]
    [InlineData(false, 503)]
    public async Task A_commit_that_broke_in_front_is_looked_up_beside_a_copied_batch(bool delivered, int status)
    {
        await using var proxy = new CommitCuttingProxy();
        await using var held = await HeldUp.OpenAsync(cluster, bank => ThroughAsync(bank, proxy));
        var first = await held.PostInFrontAsync(Gateway.Sale(500_000, 100));
        var batch = await held.CopyAsync(HeldUp.Lines(1));
        proxy.CutNext(delivered);
        await held.Transaction.CommitAsync();
        (await first).Status.ShouldBe(status);
        (await batch).ShouldAllBe(s => s == "201");
        proxy.Cuts.ShouldBe(1);
        (await held.Gateway.CountAsync("journal")).ShouldBe(HeldUp.Many + (delivered ? 2 : 1));
        await held.Gateway.BooksShouldBeInOrderAsync();
    }

    [Theory(Timeout = 120_000)]
    [InlineData(true, "201")]
    [InlineData(false, "503")]
    public async Task A_copied_batch_whose_own_commit_broke_is_looked_up(bool delivered, string status)
    {
        await using var proxy = new CommitCuttingProxy();
        await using var held = await HeldUp.OpenAsync(cluster, bank => ThroughAsync(bank, proxy));
        await held.Transaction.CommitAsync();
        proxy.CutNext(delivered);
        (await held.StatusesAsync(HeldUp.Lines(1))).ShouldAllBe(s => s == status);
        proxy.Cuts.ShouldBe(1);
        (await held.Gateway.CountAsync("journal")).ShouldBe(delivered ? HeldUp.Many + 1 : 1);
        (await held.StatusesAsync(HeldUp.Lines(1))).ShouldAllBe(s => s == (delivered ? "200" : "201"));
        await held.Gateway.BooksShouldBeInOrderAsync();
    }

    private static async Task<TestApi> ThroughAsync(TestBank bank, CommitCuttingProxy proxy)
    {
        var through = new NpgsqlConnectionStringBuilder(bank.ConnectionString);
        proxy.Start(through.Host!, through.Port);
        (through.Host, through.Port, through.SslMode) = ("127.0.0.1", proxy.Port, SslMode.Disable);
        return await TestApi.StartAsync(bank, NpgsqlDataSource.Create(through.ConnectionString));
    }
}
