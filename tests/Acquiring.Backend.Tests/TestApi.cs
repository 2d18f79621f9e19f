using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Acquiring.Backend.Books;
using Acquiring.Backend.Days;
using Acquiring.Backend.IdleSweep;
using Acquiring.Backend.Merchants;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Pricing;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Terminals;
using Acquiring.Backend.Transactions.Volumes;
using Acquiring.Core.Days;
using Acquiring.Core.Texts;
using Acquiring.Standalone.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Acquiring.Backend.Tests;

/// <summary>The modules that read what ingest wrote, over real HTTP, with their grains; messages between grains are copied.</summary>
internal sealed class TestApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private TestApi(WebApplication app)
    {
        _app = app;
        _client = new HttpClient { BaseAddress = new Uri(app.Urls.Single() + "/api/v1/") };
    }

    public static async Task<TestApi> StartAsync(TestBank bank)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services
            .AddSingleton<TimeProvider>(bank.Clock)
            .AddSingleton(bank.DataSource)
            .AddSingleton(new TextCatalog(typeof(FileCalendar).Assembly, typeof(DaysModule).Assembly))
            .AddPlatform().AddVolumes().AddDays().AddIdleSweep().AddBooks().AddMerchants().AddTerminals().AddPricing()
            .AddSingleton<RegistrySnapshots>()
            .AddSingleton(bank.Changes)
            .AddStandaloneGrains(o => o.CopyMessages = true, typeof(DaysModule).Assembly);
        var app = builder.Build();
        app.UseExceptionHandler(_ => { });
        app.MapGroup("/api/v1").MapPlatform().MapVolumes().MapDays().MapIdleSweep().MapBooks().MapMerchants().MapTerminals().MapPricing();
        await app.StartAsync();
        return new(app);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>Ends the grains as a stopping host does.</summary>
    public Task StopAsync() => _app.StopAsync();

    public Task<Answer> GetAsync(string path, string language = "en") => SendAsync(HttpMethod.Get, path, null, language);

    public Task<Answer> PostAsync(string path, string json, string language = "en") => SendAsync(HttpMethod.Post, path, json, language);

    private async Task<Answer> SendAsync(HttpMethod method, string path, string? json, string language)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.AcceptLanguage.Add(new StringWithQualityHeaderValue(language));
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync(request);
        return new((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }
}

internal sealed record Answer(int Status, JsonNode Json)
{
    public string Text(string member) => $"{Json[member]}";

    public IReadOnlyList<JsonNode> Items => [.. Json["items"]!.AsArray().Select(i => i!)];
}
