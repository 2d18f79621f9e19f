using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Acquiring.Backend.Tests.Messages;

internal sealed record TakenMessage(string Key, string? Secret, JsonNode Json)
{
    public string Id => $"{Json["messageId"]}";

    public string Text => $"{Json["text"]}";
}

/// <summary>A carrier's HTTP gateway that does to each request what the test says.</summary>
internal sealed class ShortMessageGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<TakenMessage> _heard = new();

    private ShortMessageGateway(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single() + "/sms";

    /// <summary>All requests that were read to their end, whatever was answered.</summary>
    public IReadOnlyList<TakenMessage> Heard => [.. _heard];

    public Func<HttpContext, TakenMessage, Task> Do { get; set; } = (_, _) => Task.CompletedTask;

    public static async Task<ShortMessageGateway> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var gateway = new ShortMessageGateway(app);
        app.MapPost("/sms", async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var taken = new TakenMessage(
                $"{context.Request.Headers["Idempotency-Key"]}", context.Request.Headers["X-Api-Key"], JsonNode.Parse(await reader.ReadToEndAsync())!);
            gateway._heard.Enqueue(taken);
            await gateway.Do(context, taken);
        });
        await app.StartAsync();
        return gateway;
    }

    public (string, string)[] Settings(bool idempotent = false) =>
    [
        ("Messages:Sms:Gateway", "http"), ("Messages:Sms:Url", Address), ("Messages:Sms:Header", "X-Api-Key"), ("Messages:Sms:Secret", "s3cret"),
        ("Messages:Sms:Idempotent", idempotent ? "true" : "false"),
    ];

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
