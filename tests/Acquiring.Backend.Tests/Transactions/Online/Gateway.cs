using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Transactions.Online;

/// <summary>
/// A bank with one merchant (0.60 % debit, 0.70 % credit), two terminals of it and one of another merchant, and the notices a gateway
/// sends. It is noon of 2026-11-22.
/// </summary>
internal sealed class Gateway : IAsyncDisposable
{
    public const string MerchantNo = "102360758120001";
    public const string OtherMerchantNo = "102360758120002";
    public const string TerminalNo = "10000001";
    public const string SecondTerminalNo = "10000002";
    public const string OtherTerminalNo = "10000003";

    private Gateway(TestBank bank, TestApi api) => (Bank, Api) = (bank, api);

    public TestBank Bank { get; }

    public TestApi Api { get; }

    public static async Task<Gateway> OpenAsync(TestCluster cluster, Func<TestBank, Task<TestApi>>? start = null)
    {
        var bank = await TestBank.OpenAsync(cluster);
        var merchant = await bank.MerchantAsync(MerchantNo);
        var other = await bank.MerchantAsync(OtherMerchantNo);
        await bank.TerminalAsync(TerminalNo, merchant);
        await bank.TerminalAsync(SecondTerminalNo, merchant);
        await bank.TerminalAsync(OtherTerminalNo, other);
        return new(bank, start is null ? await TestApi.StartAsync(bank) : await start(bank));
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Bank.DisposeAsync();
    }

    public static string Notice(
        string kind, int stan, long amountFen, string terminalNo = TerminalNo, string merchantNo = MerchantNo,
        string at = "2026-11-22T11:00:00+08:00", string payType = "card", string? reference = null, string? of = null, int? batch = 1) =>
        $$"""{"merchantNo":"{{merchantNo}}","terminalNo":"{{terminalNo}}",{{(batch is null ? "" : $"\"batch\":{batch},")}}"stan":{{stan}},"occurredAt":"{{at}}","kind":"{{kind}}","amountFen":{{amountFen}},"payType":"{{payType}}","cardKind":"debit"{{(reference is null ? "" : $",\"reference\":\"{reference}\"")}}{{(of is null ? "" : $",\"originalReference\":\"{of}\"")}}}""";

    /// <summary>A sale whose reference is the letter R and its number.</summary>
    public static string Sale(int stan, long amountFen, string at = "2026-11-22T11:00:00+08:00", string payType = "card") =>
        Notice("sale", stan, amountFen, at: at, payType: payType, reference: $"R{stan:D11}");

    public static string Back(
        string kind, int stan, long amountFen, int ofStan, string at = "2026-11-22T11:30:00+08:00", string terminalNo = TerminalNo) =>
        Notice(kind, stan, amountFen, terminalNo, at: at, reference: $"B{stan:D11}", of: $"R{ofStan:D11}");

    public Task<Answer> PostAsync(string notice, string language = "en") => Api.PostAsync("transactions", notice, language);

    public async Task<string> CodeOfAsync(string notice) => (await PostAsync(notice)).Text("code");

    public Task<Answer> LimitAsync(string limits, int version = 0, string merchantNo = MerchantNo) =>
        Api.PutAsync($"merchants/{merchantNo}/limits", $$"""{"version":{{version}},"limits":{{limits}}}""");

    /// <summary>An act on the merchant, based on a version.</summary>
    public Task<Answer> ActAsync(string act, string body, int version, string? key = null, string language = "en") =>
        ActAsync(act, body, $"\"{version}\"", key, language);

    public Task<Answer> ActAsync(string act, string body, string? ifMatch, string? key = null, string language = "en")
    {
        var headers = new List<(string, string)>();
        if (ifMatch is not null)
        {
            headers.Add(("If-Match", ifMatch));
        }

        if (key is not null)
        {
            headers.Add(("Idempotency-Key", key));
        }

        return Api.PostAsync($"merchants/{MerchantNo}/{act}", body, language, [.. headers]);
    }

    public Task<long> CountAsync(string table) => Bank.ScalarAsync<long>($"select count(*) from {table}");

    public async Task BooksShouldBeInOrderAsync()
    {
        var books = await Api.GetAsync("book-checks");
        $"{books.Json["ok"]}".ShouldBe("true", books.Json.ToJsonString());
    }
}
