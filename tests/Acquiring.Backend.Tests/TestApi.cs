using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Acquiring.Backend.Alarms;
using Acquiring.Backend.Books;
using Acquiring.Backend.Days;
using Acquiring.Backend.FollowUp;
using Acquiring.Backend.IdlePolicies;
using Acquiring.Backend.IdleSweep;
using Acquiring.Backend.Lists;
using Acquiring.Backend.Loans;
using Acquiring.Backend.Merchants;
using Acquiring.Backend.Messages;
using Acquiring.Backend.Messages.Sending;
using Acquiring.Backend.Night;
using Acquiring.Backend.Onboarding;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Backend.Pricing;
using Acquiring.Backend.Redeploy;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Removal;
using Acquiring.Backend.Scorecards;
using Acquiring.Backend.Terminals;
using Acquiring.Backend.Tiers;
using Acquiring.Backend.Transactions;
using Acquiring.Backend.Transactions.Volumes;
using Acquiring.Backend.Webhooks;
using Acquiring.Backend.WorkTerms;
using Acquiring.Core.Days;
using Acquiring.Core.Texts;
using Acquiring.Standalone.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

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

    public Uri Address => _client.BaseAddress!;

    public IServiceProvider Services => _app.Services;

    /// <param name="database">Another way to the bank's database, such as one with faults.</param>
    public static async Task<TestApi> StartAsync(TestBank bank, NpgsqlDataSource? database = null, params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        foreach (var (name, value) in settings)
        {
            builder.Configuration[name] = value;
        }

        builder.Services
            .AddSingleton<TimeProvider>(bank.Clock)
            .AddSingleton(database ?? bank.DataSource)
            .AddSingleton(new TextCatalog(typeof(FileCalendar).Assembly, typeof(DaysModule).Assembly))
            .AddSingleton(new PersonalDataProtector(new PersonalDataKey(new byte[PersonalDataKey.Bytes])))
            .AddSingleton(new CardReferences(new PersonalDataKey(new byte[PersonalDataKey.Bytes])))
            .AddPlatform().AddRegistry().AddTransactions(builder.Configuration).AddVolumes().AddDays().AddIdleSweep().AddBooks()
            .AddMerchants(builder.Configuration).AddTerminals().AddPricing(builder.Configuration).AddOnboarding(builder.Configuration).AddLists().AddTiers().AddLoans().AddIdlePolicies().AddWorkTerms().AddFollowUp().AddRemoval().AddRedeploy().AddAlarms().AddScorecards().AddNight(builder.Configuration)
            .AddWebhooks(builder.Configuration)
            .AddMessages(builder.Configuration)
            .AddSingleton(bank.Changes)
            .AddStandaloneGrains(o => o.Copying = MessageCopying.Everything, typeof(DaysModule).Assembly);
        // Tests say when a round of deliveries is.
        builder.Services.Remove(builder.Services.Single(d => d.ImplementationType == typeof(WebhookWorker)));
        builder.Services.Remove(builder.Services.Single(d => d.ImplementationType == typeof(MessageWorker)));
        var app = builder.Build();
        app.UseExceptionHandler(_ => { });
        app.UseRepeatedRequests();
        app.MapGroup("/api/v1").MapPlatform().MapTransactions().MapVolumes().MapDays().MapIdleSweep().MapBooks().MapMerchants().MapTerminals()
            .MapPricing().MapOnboarding().MapLists().MapTiers().MapLoans().MapIdlePolicies().MapWorkTerms().MapFollowUp().MapRemoval().MapRedeploy().MapAlarms().MapScorecards().MapNight().MapWebhooks().MapMessages();
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

    public Task<Answer> PostAsync(string path, string json, string language, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, json, language, headers);

    public Task<Answer> DeleteAsync(string path, string language = "en") => SendAsync(HttpMethod.Delete, path, null, language);

    /// <summary>A body that is no JSON.</summary>
    public async Task<Answer> PostTextAsync(string path, string body, string contentType)
    {
        using var content = new StringContent(body, Encoding.UTF8, contentType);
        using var response = await _client.PostAsync(new Uri(path, UriKind.Relative), content);
        return new((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    public Task<byte[]> GetBytesAsync(string path) => _client.GetByteArrayAsync(new Uri(path, UriKind.Relative));

    public Task<Answer> PutAsync(string path, string json, string language = "en") => SendAsync(HttpMethod.Put, path, json, language);

    public Task<Answer> PutAsync(string path, string json, string language, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, path, json, language, headers);

    /// <summary>A file of rows.</summary>
    public Task<Answer> PostBytesAsync(string path, byte[] body, string language = "en") =>
        SendBytesAsync(HttpMethod.Post, path, body, "text/csv", language);

    public Task<Answer> PutBytesAsync(string path, byte[] bytes, string language = "en") =>
        SendBytesAsync(HttpMethod.Put, path, bytes, "application/octet-stream", language);

    public Task<Answer> PutBytesAsync(string path, byte[] bytes, string language, params (string Name, string Value)[] headers) =>
        SendBytesAsync(HttpMethod.Put, path, bytes, "application/octet-stream", language, headers);

    /// <summary>Whatever comes, with its headers by name.</summary>
    public async Task<(byte[] Bytes, Dictionary<string, string> Headers)> DownloadAsync(string path)
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative));
        return (
            await response.Content.ReadAsByteArrayAsync(),
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>A batch of notices; the answer's lines.</summary>
    public async Task<IReadOnlyList<JsonNode>> PostLinesAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/x-ndjson");
        using var response = await _client.PostAsync(new Uri("transactions", UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];
    }

    private async Task<Answer> SendBytesAsync(HttpMethod method, string path, byte[] bytes, string contentType, string language, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(bytes) };
        request.Headers.AcceptLanguage.Add(new StringWithQualityHeaderValue(language));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        // Refused before it is read, a body need not be sent, and its refusal can be read.
        request.Headers.ExpectContinue = true;
        using var response = await _client.SendAsync(request);
        return new((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    private async Task<Answer> SendAsync(
        HttpMethod method, string path, string? json, string language, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.AcceptLanguage.Add(new StringWithQualityHeaderValue(language));
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        using var response = await _client.SendAsync(request);
        return new((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!)
        {
            RetryAfter = response.Headers.RetryAfter?.Delta,
            ETag = response.Headers.ETag?.Tag,
        };
    }
}

internal sealed record Answer(int Status, JsonNode Json)
{
    public TimeSpan? RetryAfter { get; init; }

    public string? ETag { get; init; }

    public string Text(string member) => $"{Json[member]}";

    public IReadOnlyList<JsonNode> Items => [.. Json["items"]!.AsArray().Select(i => i!)];
}
