using System.Text.Json.Nodes;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Onboarding;

/// <summary>A bank with one branch, and the forms that outreach staff send to it. It is noon of 2026-11-22.</summary>
internal sealed class OnboardingDesk : IAsyncDisposable
{
    public const string First = "0199f0c4-7a10-7000-8000-000000000001";
    public const string Second = "0199f0c4-7a10-7000-8000-000000000002";

    private const string Good =
        """
        { "kind": "enterprise", "branchCode": "360700", "registeredName": "赣州某超市有限公司", "tradeName": "某超市",
          "licenceNo": "91360700MA35A0000L", "licenceExpiresOn": "2030-01-31", "creditCode": "91360700MA35A0000L",
          "personInCharge": { "name": "张三" }, "mcc": "5411",
          "premises": { "address": "红旗大道1号", "township": "水东镇", "latitude": 25.85123, "longitude": 114.93871, "accuracyMetres": 12 },
          "settlementAccount": "1510200109200000001", "phone": "13907970001",
          "machines": [ { "model": "N86", "count": 2 }, { "model": "N92", "count": 1 } ],
          "feeTerms": [ { "payType": "card", "cardKind": "debit", "steps": [ { "ratePercent": "0.60" } ] },
                        { "payType": "card", "cardKind": "credit", "steps": [ { "ratePercent": "0.70" } ] } ] }
        """;

    private OnboardingDesk(TestBank bank, TestApi api) => (Bank, Api) = (bank, api);

    public TestBank Bank { get; }

    public TestApi Api { get; }

    public static async Task<OnboardingDesk> OpenAsync(TestCluster cluster)
    {
        var bank = await TestBank.OpenAsync(cluster);
        await bank.ExecuteAsync("insert into branch (branch_code, name) values ('360700', '总行'), ('A1', '直销部')");
        await bank.ExecuteAsync("alter table work_order alter work_order_id restart with 1");
        return new(bank, await TestApi.StartAsync(bank));
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Bank.DisposeAsync();
    }

    /// <summary>A good form, changed at some places (<c>premises.address</c>); null takes a place out.</summary>
    public static JsonObject Form(params IReadOnlyList<(string Path, JsonNode? Value)> changes)
    {
        var form = JsonNode.Parse(Good)!.AsObject();
        foreach (var (path, value) in changes)
        {
            var parts = path.Split('.');
            var parent = parts[..^1].Aggregate(form, (at, part) => at[part]!.AsObject());
            parent[parts[^1]] = value;
        }

        return form;
    }

    /// <summary>A form that shares nothing with any other of another number.</summary>
    public static JsonObject FormOf(int no) => Form(
        ("licenceNo", $"3607001{no:D8}"), ("creditCode", CreditCode(no)), ("settlementAccount", $"15102001{no:D8}"), ("phone", $"139{no:D8}"),
        ("premises.address", $"红旗大道{no}号"), ("registeredName", $"第{no}店"));

    public static string IdOf(int no) => $"0199f0c4-7a10-7000-8000-{no:D12}";

    public Task<Answer> SendAsync(
        JsonObject form, bool submit = true, string id = First, string? ifMatch = null, string? key = null, string query = "", string language = "en") =>
        Api.PutAsync(
            $"merchant-applications/{id}{query}", new JsonObject { ["form"] = form.DeepClone(), ["submit"] = submit }.ToJsonString(), language,
            Headers(ifMatch, key));

    public Task<Answer> ActAsync(
        string act, int version, string id = First, string body = """{"why":"seen"}""", string? key = null, string language = "en") =>
        Api.PostAsync($"merchant-applications/{id}/{act}", body, language, Headers($"\"{version}\"", key));

    /// <summary>The two papers that a firm must hand in, as small as photos can be.</summary>
    public async Task PapersAsync(string id = First)
    {
        foreach (var (kind, no) in new[] { ("licence", 1), ("premises", 2) })
        {
            var documentId = $"0199f0d{no}-7a10-7000-8000-{id[^12..]}";
            (await DeclareAsync(documentId, Photo(10), kind, id: id)).Status.ShouldBe(201);
            (await ChunkAsync(documentId, 0, Photo(10), id)).Status.ShouldBe(201);
        }
    }

    /// <summary>Bytes that begin as a PNG does; each differs from the one before it.</summary>
    public static byte[] Photo(int size)
    {
        var bytes = new byte[size];
        for (var i = 0; i < size; i++)
        {
            bytes[i] = (byte)(((i * 31) + (i >> 8)) & 0xFF);
        }

        new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }.CopyTo(bytes, 0);
        return bytes;
    }

    public Task<Answer> DeclareAsync(
        string documentId, byte[] bytes, string kind = "licence", string mediaType = "image/png", string? sha256 = null, string id = First,
        string language = "en", string? key = null) => Api.PostAsync(
        $"merchant-applications/{id}/documents",
        new JsonObject
        {
            ["documentId"] = documentId, ["kind"] = kind, ["name"] = "执照.png", ["sizeBytes"] = bytes.Length,
            ["sha256"] = sha256 ?? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes)), ["mediaType"] = mediaType,
        }.ToJsonString(), language, Headers(null, key));

    public Task<Answer> ChunkAsync(string documentId, long offset, byte[] bytes, string id = First, string language = "en", string? key = null) =>
        Api.PutBytesAsync($"merchant-applications/{id}/documents/{documentId}/chunks/{offset}", bytes, language, Headers(null, key));

    /// <summary>From the first send to signed: version 3.</summary>
    public async Task SignedAsync(string id = First, JsonObject? form = null)
    {
        (await SendAsync(form ?? Form(), id: id)).Status.ShouldBe(201);
        await PapersAsync(id);
        (await ActAsync("verify", 1, id)).Status.ShouldBe(200);
        (await ActAsync("sign", 2, id)).Status.ShouldBe(200);
    }

    public Task<Answer> GetAsync(string id = First, string language = "en") => Api.GetAsync($"merchant-applications/{id}", language);

    public Task<long> CountAsync(string table) => Bank.ScalarAsync<long>($"select count(*) from {table}");

    private static (string, string)[] Headers(string? ifMatch, string? key) =>
    [
        .. ifMatch is null ? Array.Empty<(string, string)>() : [("If-Match", ifMatch)],
        .. key is null ? Array.Empty<(string, string)>() : [("Idempotency-Key", key)],
    ];

    /// <summary>GB 32100 a second time, for numbers in a row.</summary>
    private static string CreditCode(int no)
    {
        const string Chars = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        var body = $"91360700{no:D9}";
        int[] weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
        return body + Chars[(31 - (body.Select((c, i) => (c - '0') * weights[i]).Sum() % 31)) % 31];
    }
}
