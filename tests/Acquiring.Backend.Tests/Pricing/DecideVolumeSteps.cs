using Acquiring.Backend.Days.Close;
using Acquiring.Backend.Pricing;
using Acquiring.Backend.Registry;
using Acquiring.Core.Transactions;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Pricing;

public sealed class DecideVolumeSteps(TestCluster cluster)
{
    [Fact]
    public async Task The_close_of_a_months_last_date_decides_the_month_for_merchants_with_steps()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        var (stepped, terminal) = await SteppedAsync(bank);
        await bank.MerchantAsync("102360758120002");
        await bank.PostAsync(stepped, terminal, "2026-09-30", stan: 1, amountFen: 700_000, businessDate: "2026-10-01");
        await bank.PostAsync(stepped, terminal, "2026-10-30", stan: 2, amountFen: 300_000);
        await bank.PostAsync(stepped, terminal, "2026-10-31", stan: 3, amountFen: 999, businessDate: "2026-11-01");
        await bank.FilesAsync("2026-10-30", "2026-11-01");
        await CloseAsync(bank, "2026-10-30");
        (await DecisionsAsync(bank)).ShouldBe("");
        var registry = bank.Changes.Registry;

        await CloseAsync(bank, "2026-11-01");

        (await DecisionsAsync(bank)).ShouldBe("1 2026-10-01 1000000 2026-11-08");
        bank.Changes.Registry.ShouldBe(registry + 1);
        (await PlanTermAsync(bank, stepped, new(2026, 11, 7))).ShouldBe((short)1101);
        (await PlanTermAsync(bank, stepped, new(2026, 11, 8))).ShouldBe((short)1102);
    }

    [Fact]
    public async Task A_late_close_touches_no_date_already_priced()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        var (stepped, terminal) = await SteppedAsync(bank);
        await bank.PostAsync(stepped, terminal, "2026-10-30", stan: 1, amountFen: 1_000_000);
        await bank.PostAsync(stepped, terminal, "2026-11-20", stan: 2);
        await bank.FilesAsync("2026-10-31", "2026-10-31");
        await CloseAsync(bank, "2026-10-31");
        (await DecisionsAsync(bank)).ShouldBe("1 2026-10-01 1000000 2026-11-21");
        (await PlanTermAsync(bank, stepped, new(2026, 11, 20))).ShouldBe((short)1101);
        (await PlanTermAsync(bank, stepped, new(2026, 11, 21))).ShouldBe((short)1102);
    }

    [Fact]
    public async Task A_month_without_sales_is_decided_too_and_ends_the_step()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        var (stepped, terminal) = await SteppedAsync(bank);
        await bank.PostAsync(stepped, terminal, "2026-09-01", stan: 1, amountFen: 1_000_000);
        await bank.FilesAsync("2026-09-30", "2026-10-31");
        await CloseAsync(bank, "2026-10-31");
        (await DecisionsAsync(bank)).ShouldBe("1 2026-09-01 1000000 2026-10-08, 1 2026-10-01 0 2026-11-08");
        (await PlanTermAsync(bank, stepped, new(2026, 11, 7))).ShouldBe((short)1102);
        (await PlanTermAsync(bank, stepped, new(2026, 11, 8))).ShouldBe((short)1101);
    }

    [Fact]
    public async Task The_lag_is_configuration_and_a_decision_keeps_its_date()
    {
        await using var bank = await TestBank.OpenAsync(cluster);
        await SteppedAsync(bank);
        await bank.FilesAsync("2026-09-30", "2026-10-31");
        await new CloseDay(bank.DataSource, bank.Clock, bank.Changes, new PricingOptions(10)).RunAsync(new(2026, 9, 30), false, "test", CancellationToken.None);
        await CloseAsync(bank, "2026-10-31");
        (await DecisionsAsync(bank)).ShouldBe("1 2026-09-01 0 2026-10-11, 1 2026-10-01 0 2026-11-08");
    }

    private static async Task<(int Merchant, int Terminal)> SteppedAsync(TestBank bank)
    {
        var merchant = await bank.MerchantAsync("102360758120001");
        await bank.ExecuteAsync(
            $"""
            insert into fee_plan_term (fee_plan_id, pay_type, card_kind, step, from_volume_fen, rate_per_ten_million, fixed_fen, min_fen)
            select fee_plan_id, 1, k, s, case s when 1 then 0 else 1000000 end, 60000 - s * 5000, 0, 0
            from fee_plan, generate_series(1, 2) k, generate_series(1, 2) s where merchant_id = {merchant}
            """);
        return (merchant, await bank.TerminalAsync("10000001", merchant));
    }

    private static async Task CloseAsync(TestBank bank, string date) =>
        _ = (await new CloseDay(bank.DataSource, bank.Clock, bank.Changes).RunAsync(DateOnly.Parse(date), true, "test", CancellationToken.None)).Value;

    private static Task<string> DecisionsAsync(TestBank bank) => bank.ScalarAsync<string>(
        "select coalesce(string_agg(concat_ws(' ', merchant_id, month, volume_fen, effective_from), ', ' order by month), '') from volume_step_decision");

    private static async Task<short> PlanTermAsync(TestBank bank, int merchantId, DateOnly date)
    {
        await using var connection = await bank.DataSource.OpenConnectionAsync();
        (await RegistrySnapshot.LoadAsync(connection, CancellationToken.None)).TryMerchant(merchantId, out var merchant).ShouldBeTrue();
        return merchant!.Price(date, PayType.Card, CardKind.Debit, 10_000)!.Value.PlanTerm;
    }
}
