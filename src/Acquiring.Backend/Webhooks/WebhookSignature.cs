using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Webhooks;

/// <summary>
/// Signs what is delivered as the Standard Webhooks specification says: <c>webhook-signature: v1,</c> and the base64 of HMAC-SHA256 over
/// <c>id.timestamp.body</c>, keyed by the bytes behind <c>whsec_</c>.
/// </summary>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    private const string Prefix = "whsec_";
    private const int KeyBytesMin = 24;
    private const int KeyBytesMax = 64;

    /// <summary>The key of a secret; refuses one that is not <c>whsec_</c> and the base64 of 24 to 64 bytes.</summary>
    public static Result<byte[]> Key(string? secret)
    {
        var bytes = new byte[KeyBytesMax + 3];
        return secret is not null && secret.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[Prefix.Length..], bytes, out var length) && length is >= KeyBytesMin and <= KeyBytesMax
            ? bytes[..length]
            : Refusal.Of(RefusalKind.Invalid, "webhook.secret", new Detail("min", $"{KeyBytesMin}"), new Detail("max", $"{KeyBytesMax}"));
    }

    /// <param name="timestamp">Seconds since 1970; the receiver refuses old ones, so that nobody can play a delivery back.</param>
    public static string Of(ReadOnlySpan<byte> key, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        Span<byte> sum = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, [.. head, .. body], sum);
        return $"v1,{Convert.ToBase64String(sum)}";
    }
}
