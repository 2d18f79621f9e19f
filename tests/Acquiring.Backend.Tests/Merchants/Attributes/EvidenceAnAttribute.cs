using Acquiring.Backend.Tests.Transactions.Online;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Merchants.Attributes;

public sealed class EvidenceAnAttribute(TestCluster cluster)
{
    private const string ThreeStars =
        """{"attribute":"starRating","value":"3","document":"Plaque 2024-118","validFrom":"2024-05-01","why":"The plaque was seen."}""";

    [Fact]
    public async Task It_holds_from_its_first_date_with_value_document_and_who_confirmed_it()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var done = await gateway.ActAsync("attributes", ThreeStars, version: 1);
        done.Status.ShouldBe(200);
        done.ETag.ShouldBe("\"2\"");
        (await OnAsync(gateway, "2024-04-30")).ShouldBeEmpty();
        (await OnAsync(gateway, "2024-05-01")).ShouldBe(["2 starRating 3 Plaque 2024-118 2024-05-01  operator"]);
        var today = await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}/attributes");
        (today.ETag, today.Text("on"), today.Json["attributes"]!.AsArray().Count).ShouldBe(("\"2\"", "2026-11-22", 1));
        var step = (await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}/history")).Items.Single();
        ($"{step["act"]} {step["why"]} {step["details"]!["attribute"]} {step["details"]!["value"]}").ShouldBe("confirmAttribute The plaque was seen. starRating 3");
        (await gateway.CountAsync("outbox_event where type = 'merchant.confirmAttribute'")).ShouldBe(1);
        (await gateway.CountAsync("audit_entry where act = 'merchant.confirmAttribute'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_correction_is_another_row_and_a_revocation_ends_it_from_a_date_on()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.ActAsync("attributes", ThreeStars, version: 1);
        var corrected = await gateway.ActAsync(
            "attributes/2/correct", """{"value":"4","document":"Plaque 2024-119","validFrom":"2024-05-01","why":"Misread."}""", version: 2);
        ($"{corrected.Json["ended"]} {corrected.Json["row"]!["no"]} {corrected.Json["row"]!["supersedes"]}").ShouldBe("2 3 2");
        (await gateway.ActAsync("attributes/3/revoke", """{"from":"2026-11-01","why":"Downgraded."}""", version: 3)).Status.ShouldBe(200);
        (await OnAsync(gateway, "2026-10-31")).ShouldBe(["4 starRating 4 Plaque 2024-119 2024-05-01 2026-11-01 operator"]);
        (await OnAsync(gateway, "2026-11-01")).ShouldBeEmpty();

        // Its own first date: it never counted.
        (await gateway.ActAsync("attributes/4/revoke", """{"from":"2024-05-01","why":"Another hotel's plaque."}""", version: 4)).Json["row"].ShouldBeNull();
        (await OnAsync(gateway, "2026-10-31")).ShouldBeEmpty();
        var history = await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}/attributes/history?limit=2");
        history.Items.Select(a => $"{a["no"]} {a["value"]} {a["supersedes"]} {a["endedIn"]}").ShouldBe(["4 4 3 5", "3 4 2 4"]);
        var older = await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}/attributes/history?cursor={history.Text("next")}");
        older.Items.Select(a => $"{a["no"]} {a["value"]} {a["supersedes"]} {a["endedIn"]}").ShouldBe(["2 3  3"]);
    }

    [Fact]
    public async Task A_revocation_that_names_no_date_counts_from_today()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.ActAsync("attributes", ThreeStars, version: 1);
        (await gateway.ActAsync("attributes/2/revoke", """{"why":"Downgraded."}""", version: 2)).Status.ShouldBe(200);
        (await OnAsync(gateway, "2026-11-21")).ShouldHaveSingleItem();
        (await OnAsync(gateway, "2026-11-22")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_one_attribute_there_is_one_value_on_a_date()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.ActAsync("attributes", ThreeStars, version: 1);
        var refused = await gateway.ActAsync(
            "attributes", """{"attribute":"starRating","value":"4","document":"x","validFrom":"2027-01-01","why":"x"}""", version: 2, language: "zh-CN");
        refused.Status.ShouldBe(409);
        refused.Text("detail").ShouldBe("第 2 号属性已确认 starRating 为 3（2024-05-01 起，- 止）。请更正该条，或自新值起日撤销该条。");
        await gateway.ActAsync("attributes/2/revoke", """{"from":"2027-01-01","why":"Renewed."}""", version: 2);
        (await gateway.ActAsync("attributes", """{"attribute":"starRating","value":"4","document":"x","validFrom":"2027-01-01","why":"x"}""", version: 3))
            .Status.ShouldBe(200);
        (await gateway.ActAsync("attributes", """{"attribute":"chain","value":"false","document":"Visit","validFrom":"2026-01-01","why":"x"}""", version: 4))
            .Status.ShouldBe(200);
        (await OnAsync(gateway, "2027-01-01")).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("attributes", """{"attribute":"starRating","value":"6","document":"x","validFrom":"2024-05-01","why":"x"}""", 400, "attribute.value-number")]
    [InlineData("attributes", """{"attribute":"starRating","value":"0","document":"x","validFrom":"2024-05-01","why":"x"}""", 400, "attribute.value-number")]
    [InlineData("attributes", """{"attribute":"large","value":"yes","document":"x","validFrom":"2024-05-01","why":"x"}""", 400, "attribute.value-flag")]
    [InlineData("attributes", """{"attribute":"townshipOnKeyList","document":"x","validFrom":"2024-05-01","why":"x"}""", 400, "attribute.value-name")]
    [InlineData("attributes", """{"attribute":"large","value":"true","document":" ","validFrom":"2024-05-01","why":"x"}""", 400, "merchant.text")]
    [InlineData("attributes", """{"attribute":"large","value":"true","document":"x","validFrom":"2024-05-01","validTo":"2024-05-01","why":"x"}""", 400, "attribute.dates")]
    [InlineData("attributes", """{"attribute":"large","value":"true","document":"x","validFrom":"2100-01-01","why":"x"}""", 400, "attribute.dates")]
    [InlineData("attributes", """{"attribute":"large","value":"true","document":"6222021234567890128","validFrom":"2024-05-01","why":"x"}""", 400, "merchant.card-in-text")]
    [InlineData("attributes", """{"attribute":"large","value":"true","document":"x","validFrom":"2024-05-01"}""", 400, "merchant.text")]
    [InlineData("attributes", """{"attribute":"rich","value":"true","document":"x","validFrom":"2024-05-01","why":"x"}""", 400, "request.bad-json")]
    [InlineData("attributes/7/revoke", """{"why":"x"}""", 404, "attribute.no-such")]
    [InlineData("attributes/7/correct", """{"value":"4","document":"x","validFrom":"2024-05-01","why":"x"}""", 404, "attribute.no-such")]
    [InlineData("attributes/2/correct", """{"value":"9","document":"x","validFrom":"2024-05-01","why":"x"}""", 400, "attribute.value-number")]
    [InlineData("attributes/2/correct", """{"value":"3","document":"Plaque 2024-118","validFrom":"2024-05-01","why":"x"}""", 409, "attribute.same")]
    [InlineData("attributes/2/revoke", """{"from":"2024-04-30","why":"x"}""", 422, "attribute.outside")]
    public async Task What_is_wrong_is_named_and_nothing_is_written(string act, string body, int status, string code)
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        await gateway.ActAsync("attributes", ThreeStars, version: 1);
        var answer = await gateway.ActAsync(act, body, version: 2);
        (answer.Status, answer.Text("code")).ShouldBe((status, code));
        (await gateway.CountAsync("merchant_attribute")).ShouldBe(1);
    }

    [Fact]
    public async Task A_repetition_is_answered_as_the_first_and_an_old_version_is_told()
    {
        await using var gateway = await Gateway.OpenAsync(cluster);
        var first = await gateway.ActAsync("attributes", ThreeStars, version: 1, key: "k-1");
        (await gateway.ActAsync("attributes", ThreeStars, version: 1, key: "k-1")).Json.ToJsonString().ShouldBe(first.Json.ToJsonString());
        (await gateway.ActAsync("attributes/2/revoke", """{"why":"x"}""", version: 1)).Text("code").ShouldBe("request.stale");
        await gateway.ActAsync("close", """{"why":"Shop given up."}""", version: 2);
        (await gateway.ActAsync("attributes/2/revoke", """{"why":"x"}""", version: 3)).Text("code").ShouldBe("merchant.closed");
    }

    private static async Task<List<string>> OnAsync(Gateway gateway, string on) =>
        [.. (await gateway.Api.GetAsync($"merchants/{Gateway.MerchantNo}/attributes?on={on}")).Json["attributes"]!.AsArray()
            .Select(a => $"{a!["no"]} {a["attribute"]} {a["value"]} {a["document"]} {a["validFrom"]} {a["validTo"]} {a["confirmedBy"]}")];
}
