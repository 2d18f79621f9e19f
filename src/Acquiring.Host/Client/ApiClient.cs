using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;

namespace Acquiring.Host.Client;

/// <summary>
/// The command line's way to the HTTP interface, over the socket in the data directory. An outage of the database is waited for, a
/// bounded number of times; all acts are idempotent, so sending again is harmless.
/// </summary>
public sealed class ApiClient : IDisposable
{
    private const int OutageTriesMax = 4;
    private const int OutageWaitSecondsMax = 5;
    private const int PageSize = PageRequest.LimitMax;

    private readonly HttpClient _http;
    private readonly Action<string> _onOutage;

    /// <param name="socketPath">Where the host listens.</param>
    /// <param name="language">In which people are told why not: <c>en</c> or <c>zh-CN</c>.</param>
    /// <param name="onOutage">Told the text of an outage before it is waited for.</param>
    public ApiClient(string socketPath, string language, Action<string> onOutage)
    {
        _onOutage = onOutage;
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
            UseProxy = false,
        })
        {
            BaseAddress = new Uri("http://localhost/api/v1/"),
            // A large file takes as long as it takes; a person can stop it.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.AcceptLanguage.Add(new StringWithQualityHeaderValue(language));
    }

    /// <summary>Whether somebody listens at the socket; a file left behind by a killed host is nobody.</summary>
    public static async Task<bool> IsListeningAsync(string socketPath, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);

    public Task<JsonNode> PostAsync(string path, JsonNode? body, CancellationToken cancellationToken) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(body) }, cancellationToken);

    /// <summary>All rows of a list, page by page.</summary>
    public async IAsyncEnumerable<T> AllAsync<T>(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var join = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        string? cursor = null;
        do
        {
            var address = $"{path}{join}limit={PageSize}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}";
            var page = await GetAsync(address, cancellationToken);
            foreach (var item in page["items"]!.AsArray())
            {
                yield return item.Deserialize<T>(PlatformJson.Options)!;
            }

            cursor = (string?)page["next"];
        }
        while (cursor is not null);
    }

    /// <summary>Sends what <paramref name="request"/> makes, anew for each try.</summary>
    public async Task<JsonNode> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await SendOnceAsync(request, cancellationToken);
            }
            catch (ApiProblemException e) when (e.Code == "platform.database-unavailable" && attempt < OutageTriesMax)
            {
                _onOutage(e.Text);
                await Task.Delay(TimeSpan.FromSeconds(OutageWaitSecondsMax), cancellationToken);
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> SendOnceAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        try
        {
            using var message = request();
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return Read(response, text);
        }
        catch (HttpRequestException e)
        {
            throw new ConnectionLostException(e);
        }
        catch (IOException e)
        {
            throw new ConnectionLostException(e);
        }
    }

    private static JsonNode Read(HttpResponseMessage response, string text)
    {
        JsonNode? document = null;
        try
        {
            document = text.Length == 0 ? new JsonObject() : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // Told below: an answer that is no JSON is not ours.
        }

        if (response.IsSuccessStatusCode && document is not null)
        {
            return document;
        }

        var status = (int)response.StatusCode;
        throw new ApiProblemException(document as JsonObject ?? new JsonObject
        {
            ["type"] = "/problems/host.answer-unreadable",
            ["status"] = status,
            ["detail"] = $"HTTP {status}",
            ["code"] = "host.answer-unreadable",
        });
    }

    private static StringContent Json(JsonNode? body) => new((body ?? new JsonObject()).ToJsonString(), Encoding.UTF8, "application/json");
}
