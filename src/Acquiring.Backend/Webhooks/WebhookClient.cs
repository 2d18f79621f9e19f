using System.Net.Sockets;

namespace Acquiring.Backend.Webhooks;

/// <summary>Sends one delivery. It follows no redirect, keeps no cookie, and waits for no answer longer than it says.</summary>
internal sealed class WebhookClient : IDisposable
{
    private static readonly TimeSpan s_connectMax = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;
    private readonly TimeProvider _clock;

    public WebhookClient(WebhookOptions options, TimeProvider clock)
    {
        _clock = clock;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = s_connectMax, PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = TimeSpan.FromSeconds(options.AnswerSecondsMax),
        };
    }

    public void Dispose() => _http.Dispose();

    public async Task<AttemptOutcome> SendAsync(HttpRequestMessage request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var began = _clock.GetTimestamp();
        try
        {
            // What the receiver says beside its status is nobody's business.
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return new(now, TookMs(), (int)response.StatusCode, null);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failure is HttpRequestException or OperationCanceledException)
        {
            return new(now, TookMs(), null, Word(failure));
        }

        int TookMs() => (int)Math.Min(_clock.GetElapsedTime(began).TotalMilliseconds, int.MaxValue);
    }

    private static string Word(Exception failure) => failure switch
    {
        OperationCanceledException => "noAnswer",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "unknownHost",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "badCertificate",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } or { InnerException: SocketException } => "noConnection",
        _ => "connectionBroke",
    };
}
