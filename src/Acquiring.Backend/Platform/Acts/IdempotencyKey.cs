using System.Security.Cryptography;
using System.Text.Json;
using Acquiring.Core.Refusals;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace Acquiring.Backend.Platform.Acts;

/// <summary>
/// The client's name for one request, made before its first send: the same request under the same key is done once and answered the same.
/// Crosses grains as it is.
/// </summary>
/// <param name="Fingerprint">Of what was asked, so that a key used for something else is noticed.</param>
[GenerateSerializer]
public sealed record IdempotencyKey([property: Id(0)] string Text, [property: Id(1)] byte[] Fingerprint)
{
    public const string Header = "Idempotency-Key";
    public const int LengthMax = 128;

    /// <summary><c>null</c> without the header: then a repetition is a request of its own.</summary>
    /// <param name="asked">All that makes the request what it is.</param>
    public static Result<IdempotencyKey?> Read(string? text, HttpRequest request, object asked)
    {
        if (text is null)
        {
            return (IdempotencyKey?)null;
        }

        return text.Length is 0 or > LengthMax || text.Any(c => c is <= ' ' or > '~')
            ? Refusal.Of(RefusalKind.Invalid, "request.key-bad", new Detail("max", $"{LengthMax}"))
            : new IdempotencyKey(text, SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
                new { request.Method, Path = request.Path.Value, asked }, PlatformJson.Options)));
    }
}
