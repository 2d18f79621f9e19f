using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Acquiring.Backend.Tests.Webhooks;

internal sealed record Heard(string Id, string Timestamp, string Signature, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public string Object => $"{Json["object"]}";

    public int Version => Json["version"]!.GetValue<int>();
}

/// <summary>Somebody who hears events, and does to each request what the test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Heard> _heard = new();

    private Receiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single() + "/events");

    /// <summary>All requests, in the order of their coming, whatever was answered.</summary>
    public IReadOnlyList<Heard> Heard => [.. _heard];

    public Func<HttpContext, Heard, Task> Do { get; set; } = (_, _) => Task.CompletedTask;

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.MapPost("/events", async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers;
            var heard = new Heard($"{headers["webhook-id"]}", $"{headers["webhook-timestamp"]}", $"{headers["webhook-signature"]}", await reader.ReadToEndAsync());
            receiver._heard.Enqueue(heard);
            await receiver.Do(context, heard);
        });
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
