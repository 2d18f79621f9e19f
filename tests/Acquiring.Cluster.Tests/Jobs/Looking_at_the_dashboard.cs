using System.Net;
using System.Text.Json.Nodes;
using Acquiring.Cluster.Jobs;
using Acquiring.Core.Refusals;
using Acquiring.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;

namespace Acquiring.Cluster.Tests.Jobs;

[Collection(NightHost.OneAtATime)]
public sealed class Looking_at_the_dashboard(TestCluster cluster)
{
    [Fact]
    public async Task Whoever_sits_at_the_machine_sees_it_in_his_language_and_without_buttons()
    {
        await using var database = await cluster.NewNightAsync();
        await using var host = await NightHost.StartAsync(database);
        await host.UntilIdleAsync();

        var page = await host.SendAsync(HttpMethod.Get, "/hangfire/recurring");
        page.Status.ShouldBe(200);
        page.Body.ShouldContain(ShardCalls.AskId);
        page.Body.ShouldNotContain("data-url=\"/hangfire/recurring/trigger\"");
        page.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("script-src 'self';");
        (await host.SendAsync(HttpMethod.Get, "/hangfire/", "zh-CN")).Body.ShouldContain("作业");
        using var metrics = new FormUrlEncodedContent([new("metrics[]", "servers:count")]);
        using var figures = await host.Http.PostAsync(new Uri("/hangfire/stats", UriKind.Relative), metrics);
        figures.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Another_machine_is_refused_whatever_its_headers_say()
    {
        await using var database = await cluster.NewNightAsync();
        await using var host = await NightHost.StartAsync(database, before: FromElsewhere);

        Refused(await host.SendAsync(HttpMethod.Get, "/hangfire"), "cluster.dashboard-local");
        Refused(await host.SendAsync(HttpMethod.Get, "/HANGFIRE/servers"), "cluster.dashboard-local");
        Refused(await host.SendAsync(HttpMethod.Get, "/hangfire/", headers: ("X-Forwarded-For", "127.0.0.1")), "cluster.dashboard-local");
        Refused(await host.SendAsync(HttpMethod.Post, "/hangfire/stats"), "cluster.dashboard-local");
        Refused(await host.SendAsync(HttpMethod.Get, "/hangfire/js1", "zh-CN"), "cluster.dashboard-local", "登录");
    }

    [Fact]
    public async Task A_host_that_believes_a_proxy_is_not_fooled_either()
    {
        await using var database = await cluster.NewNightAsync();
        await using var host = await NightHost.StartAsync(database, before: app =>
        {
            FromElsewhere(app);
            var believing = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All };
            believing.KnownIPNetworks.Clear();
            believing.KnownProxies.Clear();
            app.UseForwardedHeaders(believing);
        });

        Refused(await host.SendAsync(HttpMethod.Get, "/hangfire/", headers: ("X-Forwarded-For", "127.0.0.1")), "cluster.dashboard-local");
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("X-Real-IP", "203.0.113.7")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("Host", "evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task A_proxy_on_the_same_machine_and_a_foreign_page_are_refused(string header, string value)
    {
        await using var database = await cluster.NewNightAsync();
        await using var host = await NightHost.StartAsync(database);

        Refused(await host.SendAsync(HttpMethod.Get, "/hangfire/", headers: (header, value)), "cluster.dashboard-local");
    }

    [Theory]
    [InlineData("POST", "/hangfire/recurring/trigger")]
    [InlineData("POST", "/hangfire/recurring/remove")]
    [InlineData("POST", "/hangfire/stats")]
    [InlineData("POST", "/hangfire/jobs/enqueued/delete")]
    [InlineData("POST", "/hangfire/jobs/actions/requeue/1")]
    [InlineData("POST", "/hangfire/stats/../recurring/trigger")]
    [InlineData("DELETE", "/hangfire/")]
    public async Task Nothing_can_be_done_there(string method, string path)
    {
        await using var database = await cluster.NewNightAsync();
        await using var host = await NightHost.StartAsync(database);

        Refused(await host.SendAsync(new HttpMethod(method), path), "cluster.dashboard-read-only");
    }

    [Fact]
    public async Task It_can_be_switched_off()
    {
        await using var database = await cluster.NewNightAsync();
        await using var host = await NightHost.StartAsync(database, dashboard: "off");

        (await host.SendAsync(HttpMethod.Get, "/hangfire")).Status.ShouldBe(404);
        Should.Throw<RefusedException>(() => HangfireSettings.Read(
                new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Hangfire:Dashboard"] = "everybody" }).Build()))
            .Refusal.Code.ShouldBe("cluster.bad-dashboard");
    }

    private static void FromElsewhere(WebApplication app) => app.Use((context, next) =>
    {
        context.Connection.RemoteIpAddress = IPAddress.Parse("203.0.113.7");
        return next(context);
    });

    private static void Refused((int Status, string Body, System.Net.Http.Headers.HttpResponseHeaders) answer, string code, string text = "")
    {
        answer.Status.ShouldBe(404, answer.Body);
        var problem = JsonNode.Parse(answer.Body)!;
        $"{problem["code"]}".ShouldBe(code);
        $"{problem["detail"]}".ShouldContain(text);
    }
}
