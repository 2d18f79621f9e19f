using Acquiring.Backend.Tests.Night;
using Acquiring.Testing;
using static Acquiring.Backend.Tests.Removal.RemovalBank;

namespace Acquiring.Backend.Tests.Removal;

/// <summary>Machine 10000005 is ordered to be fetched; its last inspection found it at 27.1, 114.98.</summary>
public sealed class FetchAMachine(TestCluster cluster)
{
    [Fact]
    public async Task What_does_not_match_is_refused_by_field_in_both_languages_and_the_proof_fetches_the_machine()
    {
        await using var night = await OrderedAsync();
        var (photo, signature) = (await PhotoAsync(night, "10000005", "photo"), await PhotoAsync(night, "10000005", "signature"));
        foreach (var (body, expected, chinese) in ((string, string, string)[])
        [
            (Body("S10000004", 27.1, photo, signature), "removal.proof-serial serialNo", "serialNo：扫描结果与终端序列号S10000005不符"),
            (Body("S10000005", 27.11, photo, signature), "removal.proof-position position", "position：取证地点距登记的经营场所1112米，超过允许的300米"),
            (Body("S10000005", 27.1, signature, signature), "removal.proof-photo photoId", "photoId：本工单没有已完整上传的照片"),
            (Body("S10000005", 27.1, photo, photo), "removal.proof-signature signatureId", "signatureId：本工单没有已完整上传的签名"),
            (Body("S10000005", 27.1, photo, signature, reason: "lostOrStolen"), "removal.proof-reason reason", "reason只能是"),
        ])
        {
            var refused = await ActAsync(night, "10000005", "proof", body, 2);
            $"{refused.Status} {refused.Text("code")} {refused.Json["details"]!["field"]}".ShouldBe($"422 {expected}");
            refused.Text("detail").ShouldStartWith(expected.Split(' ')[1]);
            (await ActAsync(night, "10000005", "proof", body, 2, language: "zh-CN")).Text("detail").ShouldStartWith(chinese);
        }

        (await StateAsync(night, "10000005")).ShouldBe("removalOrdered");
        var done = await ActAsync(night, "10000005", "proof", Body("s10000005", 27.102, photo, signature), 2, "p1");
        $"{done.Status} {done.Json["state"]}".ShouldBe("200 recovered");
        (await ActAsync(night, "10000005", "proof", Body("s10000005", 27.102, photo, signature), 2, "p1")).Json.ToJsonString().ShouldBe(done.Json.ToJsonString());
        (await StateAsync(night, "10000005")).ShouldBe("recovered");
        (await night.Bank.ScalarAsync<string>("select concat_ws(' ', serial_no, distance_metres, reason) from removal_proof")).ShouldBe("s10000005 222 idle");
        (await night.Bank.ScalarAsync<bool>("select position_sealed::text like '%27.1%' from removal_proof")).ShouldBeFalse();

        // To stock by the act there is, and the task ends by itself.
        var version = await night.Bank.ScalarAsync<int>("select version from terminal where terminal_no = '10000005'");
        (await night.Api.PostAsync("terminals/10000005/return-to-stock", """{"reason":"fitForUse"}""", "en", ("If-Match", $"\"{version}\""))).Status.ShouldBe(200);
        await night.Bank.FileAsync("2026-11-21");
        await RunAsync(night, "2026-11-21");
        (await night.Bank.ScalarAsync<string>("select f.state || ' ' || f.result from follow_up f join terminal t using (terminal_id) where terminal_no = '10000005'")).ShouldBe("ended leftMerchant");
        (await night.Api.GetAsync("book-checks")).Json["ok"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task One_that_cannot_be_fetched_stays_shut_and_is_in_the_next_report()
    {
        await using var night = await OrderedAsync();
        var (photo, signature) = (await PhotoAsync(night, "10000005", "photo"), await PhotoAsync(night, "10000005", "signature"));
        var body = $$"""
            {"outcome":"unrecoverable","position":{"latitude":27.1,"longitude":114.98},"photoId":"{{photo}}","signatureId":"{{signature}}","reason":"cannotBeFetched","note":"The building is gone."}
            """;
        (await ActAsync(night, "10000005", "proof", body, 2)).Json["state"]!.ToString().ShouldBe("unrecoverable");
        (await StateAsync(night, "10000005")).ShouldBe("unrecoverable");
        (await night.Bank.ScalarAsync<long>("select count(*) from binding_change c join terminal t using (terminal_id) where terminal_no = '10000005' and c.kind = 'unrecoverable'")).ShouldBe(1);
        (await night.Api.PostAsync("binding-reports", "{}")).Status.ShouldBeInRange(200, 201);
    }

    [Fact]
    public async Task A_sale_in_between_stops_the_fetching_and_a_wrong_hash_the_photo()
    {
        await using var night = await OrderedAsync();
        var id = Guid.CreateVersion7();
        var removal = await IdAsync(night, "10000005");
        var declare = $$"""{"documentId":"{{id}}","kind":"photo","name":"p.png","sizeBytes":8,"sha256":"{{new string('0', 64)}}","mediaType":"image/png"}""";
        (await night.Api.PostAsync($"removals/{removal}/photos", declare)).Status.ShouldBe(201);
        (await night.Api.PutBytesAsync($"removals/{removal}/photos/{id}/chunks/0", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])).Text("code").ShouldBe("document.hash-differs");
        (await night.Api.PostAsync($"removals/{removal}/photos", declare.Replace("photo", "licence"))).Text("code").ShouldBe("document.invalid");

        var (photo, signature) = (await PhotoAsync(night, "10000005", "photo"), await PhotoAsync(night, "10000005", "signature"));
        await night.Bank.PostAsync(1, 5, "2026-11-21", stan: 903);
        (await ActAsync(night, "10000005", "proof", Body("S10000005", 27.1, photo, signature), 2)).Text("code").ShouldBe("removal.sold-again");
        (await StateAsync(night, "10000005")).ShouldBe("suspended");
        (await ToldAsync(night)).ShouldContain("10000005 withdrawn soldAgain");
    }

    private async Task<NightBank> OrderedAsync()
    {
        var night = await OpenAsync(cluster);
        (await night.Api.PostAsync(
            "terminals/10000005/inspections",
            """{"inspectedOn":"2026-05-01","inspector":"某甲","result":"inOrder","position":{"latitude":27.1,"longitude":114.98}}""")).Status.ShouldBe(201);
        (await ActAsync(night, "10000005", "accept", """{"why":"Idle."}""", 1)).Status.ShouldBe(200);
        return night;
    }

    private static string Body(string serialNo, double latitude, Guid photo, Guid signature, string reason = "idle") =>
        FormattableString.Invariant($$"""
        {"outcome":"recovered","serialNo":"{{serialNo}}","position":{"latitude":{{latitude}},"longitude":114.98},"photoId":"{{photo}}","signatureId":"{{signature}}","reason":"{{reason}}"}
        """);
}
