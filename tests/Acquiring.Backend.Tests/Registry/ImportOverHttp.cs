using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Operations;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Registry.Import;
using Acquiring.Core.Texts;
using Acquiring.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Acquiring.Backend.Tests.Registry;

public class ImportOverHttp(TestCluster cluster)
{
    [Fact]
    public async Task The_parts_come_in_any_order_and_the_report_goes_back()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await using var server = await StartAsync(desk);
        using var client = ClientOf(server);
        using var form = Form(
            ("terminals", RegistryDesk.GoodTerminals), ("merchants", RegistryDesk.GoodMerchants), ("branches", RegistryDesk.GoodBranches));

        var rehearsal = await client.PostAsync("api/v1/registry-imports?dryRun=true", Form(("branches", RegistryDesk.GoodBranches)));
        rehearsal.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await desk.RowsAsync("select branch_code from branch")).ShouldBeEmpty();

        var response = await client.PostAsync("api/v1/registry-imports?operationId=0199f0c4-7a10-7000-8000-00000000c0de", form);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        server.Services.GetRequiredService<OperationRegistry>().Find(new("0199f0c4-7a10-7000-8000-00000000c0de"))!.Snapshot()
            .ShouldSatisfyAllConditions(
                o => o.State.ShouldBe(OperationState.Succeeded), o => o.Kind.ShouldBe("registry-import"),
                o => o.TotalLines.ShouldBe(6), o => o.Lines.ShouldBe(6), o => o.DoneBytes.ShouldBeGreaterThan(400));
        var report = await JsonAsync(response);
        ((string?)report["outcome"]).ShouldBe("applied");
        report["files"]!.AsArray().Select(f => $"{f!["file"]} {f["added"]}").ShouldBe(["branches 2", "merchants 2", "terminals 2"]);
    }

    [Theory]
    [InlineData("en", "neither true nor false")]
    [InlineData("zh-CN", "应为 true 或 false")]
    public async Task Bad_rows_are_a_problem_with_the_report(string language, string text)
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await using var server = await StartAsync(desk);
        using var client = ClientOf(server);
        client.DefaultRequestHeaders.AcceptLanguage.Add(new StringWithQualityHeaderValue(language));
        using var form = Form(
            ("branches", RegistryDesk.GoodBranches), ("merchants", RegistryDesk.GoodMerchants),
            ("terminals", RegistryDesk.GoodTerminals.Replace("false", "no", StringComparison.Ordinal)));

        var response = await client.PostAsync("api/v1/registry-imports", form);

        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var problem = await JsonAsync(response);
        ((string?)problem["code"]).ShouldBe("registry.rows-bad");
        var error = problem["report"]!["errors"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)error["file"]).ShouldBe("terminals");
        ((int?)error["row"]).ShouldBe(2);
        ((string?)error["column"]).ShouldBe("spare");
        ((string?)error["text"])!.ShouldContain(text);
        (await desk.RowsAsync("select branch_code from branch")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Bodies_that_are_no_form_are_refused()
    {
        await using var desk = await RegistryDesk.OpenAsync(cluster);
        await using var server = await StartAsync(desk);
        using var client = ClientOf(server);

        (await CodeAsync(new StringContent("{}"))).ShouldBe("registry.not-multipart");
        (await CodeAsync(Form(("customers", "x")))).ShouldBe("registry.unknown-part");
        (await CodeAsync(Form(("branches", RegistryDesk.GoodBranches), ("branches", RegistryDesk.GoodBranches)))).ShouldBe("registry.file-twice");
        var cut = new StringContent("--b\r\nContent-Disposition: form-data; name=\"branches\"\r\n\r\nbranch_code,name,par");
        cut.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        (await CodeAsync(cut)).ShouldBe("registry.broken-upload");

        async Task<string?> CodeAsync(HttpContent body)
        {
            using (body)
            {
                return (string?)(await JsonAsync(await client.PostAsync("api/v1/registry-imports", body)))["code"];
            }
        }
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync()) ?? throw new JsonException("no document");

    private static MultipartFormDataContent Form(params (string Name, string Text)[] parts)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, text) in parts)
        {
            form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(text)), name, $"{name}.csv");
        }

        return form;
    }

    private static HttpClient ClientOf(WebApplication server) => new() { BaseAddress = new Uri(server.Urls.First()) };

    private static async Task<WebApplication> StartAsync(RegistryDesk desk)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(desk.DataSource).AddPlatform()
            .AddSingleton(new TextCatalog(typeof(RegistryImport).Assembly)).AddSingleton(desk.Import);
        var server = builder.Build();
        server.UseExceptionHandler(_ => { });
        server.MapGroup("/api/v1").MapRegistry();
        await server.StartAsync();
        return server;
    }
}
