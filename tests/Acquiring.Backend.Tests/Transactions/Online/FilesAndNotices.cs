using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Tests.Transactions.Online;

public sealed class FilesAndNotices(TestCluster cluster)
{
    private const string Header = "merchant_no,terminal_no,batch_no,stan,transacted_at,kind,amount_fen,card_kind,pan_masked,reference_no,original_reference_no,declared_fee_fen\n";

    [Fact]
    public async Task A_file_after_its_notices_is_all_duplicates()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(1, 10_000));
        await gateway.PostAsync(Gateway.Back("void", 2, 10_000, ofStan: 1));
        await gateway.PostAsync(Gateway.Sale(3, 300));
        var file = await TakeAsync(gateway, Line("sale", 1, 10_000), Line("reversal", 2, 10_000, of: 1), Line("sale", 3, 300), Line("sale", 4, 400));
        file.ShouldBe((Posted: 1, Duplicates: 3, Held: 0));
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_notice_after_its_file_is_answered_with_what_the_file_posted()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await TakeAsync(gateway, Line("sale", 1, 10_000));
        var answer = await gateway.PostAsync(Gateway.Notice("sale", 1, 10_000, reference: "ANOTHERFORM"));
        answer.Status.ShouldBe(200, answer.Json.ToJsonString());
        answer.Text("duplicate").ShouldBe("true");
        answer.Text("feeFen").ShouldBe("60");
        answer.Json["postedAt"].ShouldBeNull();
        (await gateway.CodeOfAsync(Gateway.Notice("sale", 1, 9_999))).ShouldBe("transaction.key-taken");
    }

    [Fact]
    public async Task A_withdrawn_file_names_the_notices_that_repeated_it()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await TakeAsync(gateway, Line("sale", 1, 10_000));
        await gateway.PostAsync(Gateway.Notice("sale", 1, 10_000));
        var withdrawal = await gateway.Api.PostAsync("clearing-files/1/withdrawal", "{}");
        withdrawal.Json["sendAgain"]!.AsArray().Single()!.GetValue<string>().ShouldBe("online");
        var again = await gateway.PostAsync(Gateway.Notice("sale", 1, 10_000));
        again.Status.ShouldBe(201, again.Json.ToJsonString());
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_refund_by_notice_finds_a_sale_of_a_file_and_waits_again_when_that_is_withdrawn()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await TakeAsync(gateway, Line("sale", 1, 10_000));
        (await gateway.PostAsync(Gateway.Back("refund", 2, 10_000, ofStan: 1))).Status.ShouldBe(201);
        (await gateway.Api.PostAsync("clearing-files/1/withdrawal", "{}")).Json["backToHeld"]!.GetValue<int>().ShouldBe(1);
        (await gateway.PostAsync(Gateway.Back("refund", 2, 10_000, ofStan: 1))).Status.ShouldBe(202);
        (await gateway.PostAsync(Gateway.Sale(1, 10_000))).Status.ShouldBe(201);
        (await gateway.PostAsync(Gateway.Back("refund", 2, 10_000, ofStan: 1))).Text("state").ShouldBe("posted");
        await gateway.BooksShouldBeInOrderAsync();
    }

    [Fact]
    public async Task A_refund_in_suspense_by_file_is_the_first_of_its_notice()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        (await TakeAsync(gateway, Line("refund", 2, 10_000, of: 1))).ShouldBe((Posted: 0, Duplicates: 0, Held: 1));
        var answer = await gateway.PostAsync(Gateway.Back("refund", 2, 10_000, ofStan: 1));
        answer.Status.ShouldBe(202);
        answer.Text("duplicate").ShouldBe("true");
    }

    [Fact]
    public async Task A_file_uses_the_limits_up_at_once()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.LimitAsync("""[{"dayFen":1000}]""");
        (await gateway.PostAsync(Gateway.Sale(1, 100))).Status.ShouldBe(201);
        await TakeAsync(gateway, Line("sale", 1, 100), Line("sale", 2, 600));
        (await gateway.CodeOfAsync(Gateway.Sale(3, 301))).ShouldBe("limit.day-sum");
        (await gateway.PostAsync(Gateway.Sale(3, 300))).Status.ShouldBe(201);
        await gateway.Api.PostAsync("clearing-files/1/withdrawal", "{}");
        (await gateway.PostAsync(Gateway.Sale(4, 600))).Status.ShouldBe(201);
        (await gateway.CodeOfAsync(Gateway.Sale(5, 1))).ShouldBe("limit.day-sum");
    }

    [Fact]
    public async Task A_file_and_batches_of_the_same_sales_at_once_post_each_once()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.PostAsync(Gateway.Sale(999_999, 100));
        const int Each = 1_500;
        var batches = Enumerable.Range(0, 4).Select(b => gateway.Api.PostLinesAsync(HeldUp.Lines(1 + (b * Each), Each))).ToList();
        var file = await TakeAsync(gateway, [.. Enumerable.Range(1, 4 * Each).Reverse().Select(stan => Line("sale", stan, 10_000))]);
        var answers = (await Task.WhenAll(batches)).SelectMany(b => b).CountBy(a => $"{a["status"]}").ToDictionary();
        (file.Posted + answers.GetValueOrDefault("201")).ShouldBe(4 * Each);
        file.Duplicates.ShouldBe(answers.GetValueOrDefault("201"));
        answers.Keys.ShouldBeSubsetOf(["200", "201"]);
        (await gateway.CountAsync("journal")).ShouldBe((4 * Each) + 1);
        await gateway.BooksShouldBeInOrderAsync();
    }

    private static string Line(string type, int stan, long amountFen, int? of = null) =>
        $"{Gateway.MerchantNo},{Gateway.TerminalNo},1,{stan},2026-11-22 {(of is null ? "11:00:00" : "11:30:00")},{type},{amountFen},debit,,{(of is null ? "R" : "B")}{stan:D11},{(of is null ? "" : $"R{of:D11}")},\n";

    private static async Task<(long Posted, long Duplicates, long Held)> TakeAsync(Gateway gateway, params string[] lines)
    {
        var services = gateway.Api.Services;
        var request = new ClearingFileRequest("f_20261122.csv", ClearingFileRequest.DefaultChannel, new(2026, 11, 22), null, null, "test");
        using var body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Header + string.Concat(lines)));
        var file = (await services.GetRequiredService<ClearingIngest>().RunAsync(request, body, () => { }, (_, _) => { }, default)).Value;
        var report = await services.GetRequiredService<ClearingFileReports>().FindAsync(file.FileId, Core.Texts.TextCatalog.English, default);
        return (report!.Posted, report.Duplicates, report.Held);
    }
}
