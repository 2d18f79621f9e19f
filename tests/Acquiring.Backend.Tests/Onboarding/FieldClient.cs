using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Acquiring.Backend.Tests.Onboarding;

/// <summary>What becomes of one request of a field client.</summary>
internal enum Break
{
    None,

    /// <summary>The connection ends in the middle of the body.</summary>
    CutInTheBody,

    /// <summary>All of it arrives; the answer does not come back.</summary>
    AnswerLost,

    /// <summary>The client gives up while the server works, and sends again at once.</summary>
    GivenUp,

    /// <summary>Sent twice at the same time.</summary>
    Twice,
}

/// <summary>
/// Brings one application from its first send to its merchant as a telephone on a bad line does: whatever breaks, it sends the same again, and
/// asks how much of a photo has come before it goes on.
/// </summary>
/// <param name="breaks">What becomes of the request of a number; the first is 0.</param>
internal sealed class FieldClient(Uri address, int no, Func<int, Break> breaks) : IDisposable
{
    public const int Requests = 2 + (2 * (1 + ChunksOfAPhoto)) + 3;

    private const int ChunksOfAPhoto = 3;
    private const int ChunkBytes = 20_000;
    private const int TriesMax = 50;

    private readonly HttpClient _http = new() { BaseAddress = address };
    private readonly string _application = $"merchant-applications/{OnboardingDesk.IdOf(no)}";
    private int _sent;

    public void Dispose() => _http.Dispose();

    public byte[] Photo(int which)
    {
        var photo = OnboardingDesk.Photo((ChunkBytes * (ChunksOfAPhoto - 1)) + 1_000 + which);
        photo[^1] = (byte)no;
        return photo;
    }

    public string DocumentId(int which) => $"0199f0d{which}-7a10-7000-8000-{no:D12}";

    /// <summary>The number of the merchant that came of it.</summary>
    public async Task<string> RunAsync()
    {
        var form = new JsonObject { ["form"] = OnboardingDesk.FormOf(no), ["submit"] = false }.ToJsonString();
        await SendAsync(HttpMethod.Put, _application, form);
        await SendAsync(HttpMethod.Put, _application, form.Replace("\"submit\":false", "\"submit\":true", StringComparison.Ordinal), version: 1);
        foreach (var which in new[] { 1, 2 })
        {
            var photo = Photo(which);
            await SendAsync(HttpMethod.Post, $"{_application}/documents", new JsonObject
            {
                ["documentId"] = DocumentId(which), ["kind"] = which == 1 ? "licence" : "premises", ["name"] = "p.png", ["sizeBytes"] = photo.Length,
                ["sha256"] = Convert.ToHexString(SHA256.HashData(photo)), ["mediaType"] = "image/png",
            }.ToJsonString());
            for (var chunk = 0; chunk < ChunksOfAPhoto; chunk++)
            {
                await SendChunkAsync($"{_application}/documents/{DocumentId(which)}", photo, chunk * ChunkBytes);
            }
        }

        await SendAsync(HttpMethod.Post, $"{_application}/verify", """{"why":"seen"}""", version: 2);
        await SendAsync(HttpMethod.Post, $"{_application}/sign", """{"why":"signed"}""", version: 3);
        var approved = await SendAsync(HttpMethod.Post, $"{_application}/activate", """{"why":"in order"}""", version: 4);
        return approved["merchant"]!["merchantNo"]!.ToString();
    }

    private Task<JsonNode> SendAsync(HttpMethod method, string path, string json, int? version = null)
    {
        var key = $"{no}-{_sent}";
        return ThroughAsync(() =>
        {
            var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json)) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add("Idempotency-Key", key);
            if (version is { } v)
            {
                request.Headers.TryAddWithoutValidation("If-Match", $"\"{v}\"");
            }

            return request;
        });
    }

    private async Task SendChunkAsync(string document, byte[] photo, int from)
    {
        var to = Math.Min(from + ChunkBytes, photo.Length);
        await ThroughAsync(() =>
        {
            // After a break the client asks first; what has come already is sent again all the same when nothing is left, as its answer was lost.
            var start = _broken ? Math.Min(_received, to - 1) : from;
            var request = new HttpRequestMessage(HttpMethod.Put, $"{document}/chunks/{start}") { Content = new ByteArrayContent(photo, start, to - start) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            return request;
        }, document);
    }

    private bool _broken;
    private int _received;

    private async Task<JsonNode> ThroughAsync(Func<HttpRequestMessage> make, string? document = null)
    {
        _broken = false;
        await BreakAsync(breaks(_sent++), make);
        for (var attempt = 0; attempt < TriesMax; attempt++)
        {
            if (_broken && document is not null)
            {
                _received = (int)JsonNode.Parse(await _http.GetStringAsync(new Uri(document, UriKind.Relative)))!["receivedBytes"]!;
            }

            using var response = await _http.SendAsync(make());
            var text = await response.Content.ReadAsStringAsync();
            if (response.IsSuccessStatusCode)
            {
                return JsonNode.Parse(text)!;
            }

            // The first is still under way: the key waits for it.
            (response.StatusCode, JsonNode.Parse(text)!["code"]!.ToString()).ShouldBe((HttpStatusCode.Conflict, "request.key-under-way"), text);
            await Task.Delay(20);
        }

        throw new TimeoutException($"request {_sent - 1} of application {no} never came through");
    }

    private async Task BreakAsync(Break what, Func<HttpRequestMessage> make)
    {
        _broken = what != Break.None;
        using var gaveUp = new CancellationTokenSource();
        using var request = make();
        switch (what)
        {
            case Break.CutInTheBody:
                var body = await request.Content!.ReadAsByteArrayAsync();
                var type = request.Content.Headers.ContentType;
                request.Content = new CutContent(body, body.Length / 2);
                request.Content.Headers.ContentType = type;
                await Should.ThrowAsync<HttpRequestException>(() => _http.SendAsync(request));
                break;
            case Break.AnswerLost:
                (await _http.SendAsync(request)).Dispose();
                break;
            case Break.GivenUp:
                gaveUp.CancelAfter(TimeSpan.FromMilliseconds(no % 7));
                try
                {
                    (await _http.SendAsync(request, gaveUp.Token)).Dispose();
                }
                catch (OperationCanceledException)
                {
                    // What became of it is not known.
                }

                break;
            case Break.Twice:
                using (var again = make())
                {
                    foreach (var response in await Task.WhenAll(_http.SendAsync(request), _http.SendAsync(again)))
                    {
                        response.Dispose();
                    }
                }

                break;
            default:
                break;
        }
    }

    /// <summary>Promises a length and fails before it.</summary>
    private sealed class CutContent(byte[] body, int cutAt) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(body.AsMemory(0, cutAt));
            await stream.FlushAsync();
            throw new IOException("the line is gone");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = body.Length;
            return true;
        }
    }
}
