using System.Text.Json.Nodes;
using Acquiring.Testing;

namespace Acquiring.Backend.Tests.Onboarding;

/// <summary>What outreach staff most often send wrongly: each refusal names the field, and says in the reader's language what to do.</summary>
public sealed class RefuseInTheReadersLanguage(TestCluster cluster)
{
    private const string Paper = "0199f0c4-7a10-7000-8000-0000000000a1";
    private const string Documents = $"merchant-applications/{OnboardingDesk.First}/documents";

    [Theory]
    [InlineData("en")]
    [InlineData("zh-CN")]
    public async Task Each_bad_field_of_a_form_is_named(string language)
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);

        var refused = await desk.SendAsync(
            OnboardingDesk.Form(
                ("mcc", "541"), ("creditCode", "91360700MA35A0000M"), ("settlementAccount", "151020"), ("licenceExpiresOn", "2026-11-22"),
                // Latitude and longitude the wrong way round: a place in Antarctica.
                ("premises.latitude", 84.93871), ("premises.longitude", 25.85123)),
            language: language);

        refused.Status.ShouldBe(400);
        refused.Json["errors"]!.AsObject().Select(e => $"{e.Key}: {e.Value![0]!["text"]}").ShouldBe(language == "en"
            ? [
                "form.licenceExpiresOn: The licence ran out on 2026-11-22; today is 2026-11-22. Hand in the renewed licence.",
                "form.creditCode: Its check character does not fit, or it has not the 18 characters of a credit code. Copy it from the licence.",
                "form.mcc: A merchant category code has four digits, such as 5411. Choose what the shop mainly sells.",
                "form.premises.latitude: The position is outside China: this value lies between 3.8 and 53.6 degrees. Measure it at the shop (WGS-84).",
                "form.premises.longitude: The position is outside China: this value lies between 73.4 and 135.1 degrees. Measure it at the shop (WGS-84).",
                "form.settlementAccount: An account number has 8 to 32 digits and nothing else. Copy it from the account agreement.",
            ]
            : [
                "form.licenceExpiresOn: 营业执照已于 2026-11-22 到期（今天是 2026-11-22）。请提供换发后的执照。",
                "form.creditCode: 统一社会信用代码校验不符，或不是 18 位。请对照执照填写。",
                "form.mcc: 商户类别码为四位数字，例如 5411。请按主营业务选择。",
                "form.premises.latitude: 位置不在中国境内：该值应在 3.8 至 53.6 度之间。请在店铺现场重新定位（WGS-84）。",
                "form.premises.longitude: 位置不在中国境内：该值应在 73.4 至 135.1 度之间。请在店铺现场重新定位（WGS-84）。",
                "form.settlementAccount: 账号为 8 至 32 位数字。请对照开户资料填写。",
            ]);
    }

    [Theory]
    [InlineData(
        "en", "sizeBytes: A document has 1 to 10485760 bytes. Make the photo smaller, or scan with less resolution.",
        "Its first bytes are not those of image/jpeg. Nothing of it is kept; take the photo again, or declare what it is.",
        "\"with blank\" is no serial number: it has 1 to 40 characters, without spaces.")]
    [InlineData(
        "zh-CN", "sizeBytes: 资料大小须为 1 至 10485760 字节。请缩小照片或降低扫描分辨率。",
        "文件开头不符合 image/jpeg 格式，已全部清除。请重新拍照，或按实际格式重新登记。",
        "“with blank”不是有效的机具序列号：须为 1 至 40 个字符，不含空格。")]
    public async Task A_photo_too_large_or_no_photo_and_a_bad_serial_are_named(string language, string size, string content, string serial)
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await desk.SendAsync(OnboardingDesk.Form());

        var body = new JsonObject
        {
            ["documentId"] = Paper, ["kind"] = "premises", ["name"] = "shop.jpg", ["sizeBytes"] = 40 * 1024 * 1024,
            ["sha256"] = new string('0', 64), ["mediaType"] = "image/jpeg",
        };
        var large = await desk.Api.PostAsync(Documents, body.ToJsonString(), language);
        large.Status.ShouldBe(400);
        $"{large.Json["errors"]!.AsObject().ShouldHaveSingleItem().Key}: {large.Json["errors"]!["sizeBytes"]![0]!["text"]}".ShouldBe(size);

        // A page of text that calls itself a photo.
        var text = "<html>not a photo</html>"u8.ToArray();
        (await desk.DeclareAsync(Paper, text, "premises", "image/jpeg")).Status.ShouldBe(201);
        var none = await desk.ChunkAsync(Paper, 0, text, language: language);
        none.Status.ShouldBe(422);
        none.Text("detail").ShouldBe(content);

        var stocked = await desk.Api.PostAsync("terminal-stock-ins", """{"model":"N86","items":[{"serialNo":"with blank"}]}""", language);
        stocked.Items.ShouldHaveSingleItem()["text"]!.ToString().ShouldBe(serial);
        (await desk.CountAsync("document_chunk")).ShouldBe(0);
        (await desk.CountAsync("terminal")).ShouldBe(0);
    }
}
