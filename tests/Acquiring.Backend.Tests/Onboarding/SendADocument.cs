using System.Text.Json.Nodes;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Onboarding;

public sealed class SendADocument(TestCluster cluster)
{
    private const string Paper = "0199f0c4-7a10-7000-8000-0000000000a1";
    private const string Documents = $"merchant-applications/{OnboardingDesk.First}/documents";

    [Fact]
    public async Task Cut_anywhere_sent_again_and_overlapping_it_ends_as_the_same_bytes()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SendAsync(OnboardingDesk.Form());
        var photo = OnboardingDesk.Photo(300_000);
        var declared = await desk.DeclareAsync(Paper, photo);
        declared.Text("receivedBytes").ShouldBe("0");
        (await desk.ChunkAsync(Paper, 0, photo[..100_000])).Status.ShouldBe(202);
        // The answer was lost: the same again, twice at once.
        (await Task.WhenAll(desk.ChunkAsync(Paper, 0, photo[..100_000]), desk.ChunkAsync(Paper, 0, photo[..100_000])))
            .ShouldAllBe(a => a.Text("receivedBytes") == "100000");
        var gap = await desk.ChunkAsync(Paper, 200_000, photo[200_000..], language: "zh-CN");
        gap.Status.ShouldBe(409);
        gap.Text("detail").ShouldBe("前面有缺失：已收到 100000 字节。请从第 100000 字节继续发送。");
        // Cut otherwise than before.
        (await desk.ChunkAsync(Paper, 50_000, photo[50_000..200_001])).Text("receivedBytes").ShouldBe("200001");
        (await desk.DeclareAsync(Paper, photo)).Text("receivedBytes").ShouldBe("200001");
        (await desk.Api.GetAsync($"{Documents}/{Paper}/content")).Text("code").ShouldBe("document.incomplete");
        var last = await desk.ChunkAsync(Paper, 200_001, photo[200_001..]);
        last.Status.ShouldBe(201);
        last.Text("sha256").ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(photo)));
        (await desk.ChunkAsync(Paper, 200_001, photo[200_001..])).Json.ToJsonString().ShouldBe(last.Json.ToJsonString());

        var (bytes, headers) = await desk.Api.DownloadAsync($"{Documents}/{Paper}/content");
        bytes.ShouldBe(photo);
        headers["Content-Type"].ShouldBe("image/png");
        headers["X-Content-Type-Options"].ShouldBe("nosniff");
        headers["Content-Disposition"].ShouldStartWith("attachment");
        (await desk.Bank.ScalarAsync<string>("select string_agg(act, ' ' order by audit_entry_id) from audit_entry where act like '%document'"))
            .ShouldBe("application.declare-document application.receive-document application.download-document");
        (await desk.Bank.ScalarAsync<bool>("select bool_or(position('\\x89504e47'::bytea in bytes_sealed) > 0) from document_chunk")).ShouldBeFalse();
        (await desk.Api.GetAsync(Documents)).Items.ShouldHaveSingleItem()["isComplete"]!.ToString().ShouldBe("true");
    }

    [Fact]
    public async Task What_is_kept_for_a_repetition_shows_no_file_name_and_answers_the_same()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SendAsync(OnboardingDesk.Form());
        var photo = OnboardingDesk.Photo(10);
        var declared = await desk.DeclareAsync(Paper, photo, key: "d-1");
        var sent = await desk.ChunkAsync(Paper, 0, photo, key: "d-2");
        sent.Text("name").ShouldBe("执照.png");
        (await desk.DeclareAsync(Paper, photo, key: "d-1")).Json.ToJsonString().ShouldBe(declared.Json.ToJsonString());
        (await desk.ChunkAsync(Paper, 0, photo, key: "d-2")).Json.ToJsonString().ShouldBe(sent.Json.ToJsonString());
        (await desk.CountAsync("idempotency_key where key like 'd-_' and status = 201")).ShouldBe(2);
        (await desk.CountAsync("idempotency_key k where position(convert_to('执照', 'UTF8') in convert_to(k::text, 'UTF8')) > 0 "
            + "or position(encode(convert_to('执照', 'UTF8'), 'hex') in k::text) > 0")).ShouldBe(0);
    }

    [Fact]
    public async Task A_wrong_hash_and_a_photo_that_is_none_are_refused_and_begin_again()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SendAsync(OnboardingDesk.Form());
        var photo = OnboardingDesk.Photo(1_000);
        await desk.DeclareAsync(Paper, photo);
        await desk.ChunkAsync(Paper, 0, photo[..500]);
        var wrong = await desk.ChunkAsync(Paper, 500, photo[..500]);
        wrong.Status.ShouldBe(422);
        wrong.Text("code").ShouldBe("document.hash-differs");
        (await desk.Api.GetAsync($"{Documents}/{Paper}")).Text("receivedBytes").ShouldBe("0");
        (await desk.ChunkAsync(Paper, 0, photo)).Status.ShouldBe(201);

        var second = Paper.Replace("a1", "a2", StringComparison.Ordinal);
        await desk.DeclareAsync(second, photo, mediaType: "image/jpeg");
        (await desk.ChunkAsync(second, 0, photo)).Text("code").ShouldBe("document.not-what-it-says");
        (await desk.CountAsync("document_chunk")).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_declared_wrongly_is_named_at_once_and_a_forty_megabyte_photo_is_refused()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SendAsync(OnboardingDesk.Form());
        var body = new JsonObject
        {
            ["documentId"] = Paper, ["kind"] = "selfie", ["name"] = "", ["sizeBytes"] = 40_000_000, ["sha256"] = "12", ["mediaType"] = "image/gif",
        };
        var refused = await desk.Api.PostAsync(Documents, body.ToJsonString(), "zh-CN");
        refused.Status.ShouldBe(400);
        refused.Json["errors"]!.AsObject().Select(e => $"{e.Key} {e.Value![0]!["code"]}").ShouldBe(
            ["kind document.kind", "name document.name", "sizeBytes document.size", "sha256 document.sha256", "mediaType document.media-type"]);
        $"{refused.Json["errors"]!["sizeBytes"]![0]!["text"]}".ShouldBe("资料大小须为 1 至 10485760 字节。请缩小照片或降低扫描分辨率。");

        var photo = OnboardingDesk.Photo(100);
        (await desk.DeclareAsync(Paper, photo)).Status.ShouldBe(201);
        (await desk.DeclareAsync(Paper, photo, "premises")).Text("code").ShouldBe("document.differs");
        (await desk.ChunkAsync(Paper, 0, OnboardingDesk.Photo(101))).Text("code").ShouldBe("document.too-long");
        (await desk.ChunkAsync(Paper, -1, photo)).Text("code").ShouldBe("document.too-long");
        (await desk.ChunkAsync(Paper, 0, [])).Text("code").ShouldBe("document.empty-chunk");
        (await desk.ChunkAsync(Paper, 0, OnboardingDesk.Photo((1 << 20) + 1))).Status.ShouldBe(413);
        (await desk.ChunkAsync(Paper.Replace("a1", "a9", StringComparison.Ordinal), 0, photo)).Status.ShouldBe(404);
        (await desk.Api.GetAsync($"merchant-applications/{OnboardingDesk.Second}/documents/{Paper}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Without_its_papers_nothing_is_verified_and_once_verified_no_paper_is_added()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SendAsync(OnboardingDesk.Form());
        var missing = await desk.ActAsync("verify", 1, language: "zh-CN");
        missing.Status.ShouldBe(409);
        missing.Text("detail").ShouldBe("缺少资料：licence, premises。请上传完整后再核实。");
        await desk.PapersAsync();
        (await desk.ActAsync("verify", 1)).Status.ShouldBe(200);
        (await desk.DeclareAsync(Paper, OnboardingDesk.Photo(10))).Text("code").ShouldBe("document.closed");
        // Nothing in the product can do this: another photo under the verified one.
        await desk.Bank.ExecuteAsync("update application_document set sha256 = decode(repeat('00', 32), 'hex') where kind = 'premises'");
        (await desk.ActAsync("sign", 2)).Text("code").ShouldBe("application.changed-since-verified");
    }
}
