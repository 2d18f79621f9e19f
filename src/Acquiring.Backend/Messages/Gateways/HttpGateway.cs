using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Core.Messages;

namespace Acquiring.Backend.Messages.Gateways;

/// <summary>
/// Posts a message as JSON: <c>{ messageId, channel, to, language, subject, text }</c>, with its key in <c>Idempotency-Key</c>. Any 2xx is a
/// "taken". It follows no redirect and uses no connection twice: one that the gateway closed meanwhile would break after the message was
/// written, and nobody could say whether it was read.
/// </summary>
internal sealed class HttpGateway : IMessageGateway, IDisposable
{
    private static readonly TimeSpan s_connectMax = TimeSpan.FromSeconds(5);

    private readonly HttpGatewayOptions _options;
    private readonly HttpClient _http;

    public HttpGateway(HttpGatewayOptions options, TimeSpan answerMax)
    {
        _options = options;
        _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = s_connectMax, PooledConnectionLifetime = TimeSpan.Zero,
        })
        {
            Timeout = answerMax,
        };
    }

    public string Name => "http";

    public bool IsRepeatable => _options.Idempotent;

    public void Dispose() => _http.Dispose();

    public async Task<HandOver> SendAsync(OutgoingMessage message)
    {
        var content = new HandedOver(JsonSerializer.SerializeToUtf8Bytes(
            new { messageId = message.MessageId, message.Channel, message.To, message.Language, message.Content.Subject, text = message.Content.Body },
            PlatformJson.Options));
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.Url) { Content = content };
        request.Headers.Add("Idempotency-Key", $"{message.SendKey}");
        if (_options.Secret is { } secret)
        {
            request.Headers.TryAddWithoutValidation(_options.Header, secret);
        }

        try
        {
            // What it says beside its status is nobody's business, and may repeat the message.
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return new(HttpVerdict.Of((int)response.StatusCode), (int)response.StatusCode);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return new(content.HasBegun ? HandOverOutcome.Unknown : HandOverOutcome.NotTaken, Error: Word(failure));
        }
    }

    private static string Word(Exception failure) => failure switch
    {
        OperationCanceledException => "noAnswer",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "unknownHost",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "badCertificate",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "noConnection",
        _ => "connectionBroke",
    };

    /// <summary>Knows whether a byte of it may have left: before that the gateway has no message to take.</summary>
    private sealed class HandedOver : HttpContent
    {
        private readonly byte[] _bytes;

        public HandedOver(byte[] bytes)
        {
            _bytes = bytes;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        public bool HasBegun { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            HasBegun = true;
            await stream.WriteAsync(_bytes);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _bytes.Length;
            return true;
        }
    }
}
