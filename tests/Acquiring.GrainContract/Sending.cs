using Acquiring.Core.Limits;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;

namespace Acquiring.GrainContract;

public class Sending : ContractTest
{
    private static readonly Refusal NoRoom = Refusal.Of(RefusalKind.Rule, "contract.no-room", new("used", "12"), new("limit", "10"));

    [Fact]
    public async Task Carries_records_there_and_back()
    {
        var sale = new Sale("10000081", 12_345, new DateOnly(2026, 11, 21));

        (await Grain<IWorkerGrain>("a").Echo(sale)).ShouldBe(sale);
    }

    [Fact]
    public async Task Shares_neither_arguments_nor_results_with_the_grain()
    {
        var worker = Grain<IWorkerGrain>("a");
        var sent = new Basket { Items = { "sent" } };

        var received = await worker.Put(sent, "added by the grain");
        sent.Items.Add("added by the sender");
        received.Items.Add("added by the receiver");

        sent.Items.ShouldBe(["sent", "added by the sender"]);
        (await worker.Contents()).ShouldBe(["sent", "added by the grain"]);
    }

    [Fact]
    public async Task A_bare_list_is_not_shared_either()
    {
        var sent = new List<string> { "sent" };

        var received = await Grain<IEchoGrain>("a").Keep(sent);
        sent.Add("added by the sender");
        received.Add("added by the receiver");

        (await Grain<IEchoGrain>("a").Keep([])).ShouldBe(["sent"]);
    }

    [Fact]
    public async Task A_record_of_core_crosses_as_it_is()
    {
        var received = await Grain<IEchoGrain>("a").Refusal(NoRoom);

        received.ShouldNotBeNull().ToString().ShouldBe("contract.no-room(used=12, limit=10)");
        received.Kind.ShouldBe(RefusalKind.Rule);
        (await Grain<IEchoGrain>("a").Refusal(null)).ShouldBeNull();
    }

    [Fact]
    public async Task Enums_and_record_structs_of_core_cross_with_and_without_a_value()
    {
        var echo = Grain<IEchoGrain>("a");

        (await echo.Kind(LimitKind.MonthCount)).ShouldBe(LimitKind.MonthCount);
        (await echo.KindOrNone(LimitKind.DaySum)).ShouldBe(LimitKind.DaySum);
        (await echo.KindOrNone(null)).ShouldBeNull();
        (await echo.Breach(new(LimitKind.DaySum, 1_000_000, 999_999))).ShouldBe(new LimitBreach(LimitKind.DaySum, 1_000_000, 999_999));
        (await echo.BreachOrNone(new(LimitKind.OneSale, 1, 0))).ShouldBe(new LimitBreach(LimitKind.OneSale, 1, 0));
        (await echo.BreachOrNone(null)).ShouldBeNull();
    }

    [Fact]
    public async Task Lists_of_core_types_cross()
    {
        var echo = Grain<IEchoGrain>("a");

        (await echo.Kinds([LimitKind.DayCount, LimitKind.OneSale])).ShouldBe([LimitKind.DayCount, LimitKind.OneSale]);
        (await echo.Merchants([new("102360758120004"), new("10236075812000X")]))
            .ShouldBe([new MerchantNo("102360758120004"), new MerchantNo("10236075812000X")]);
        (await echo.Refusals([NoRoom, NoRoom])).Select(r => r.ToString())
            .ShouldBe(["contract.no-room(used=12, limit=10)", "contract.no-room(used=12, limit=10)"]);
    }

    [Fact]
    public async Task A_message_of_ours_carries_core_types_inside()
    {
        var answer = new Answer(
            NoRoom, LimitKind.MonthSum, null, new LimitTerms(100, null, 3, null, null), new(7, 2), new MerchantNo("102360758120004"), [new("a", "1")]);

        var received = await Grain<IEchoGrain>("a").Answer(answer);

        received.Refusal!.ToString().ShouldBe("contract.no-room(used=12, limit=10)");
        (received with { Refusal = null, Details = [] }).ShouldBe(answer with { Refusal = null, Details = [] });
        received.Details.ShouldBe([new("a", "1")]);
    }
}
