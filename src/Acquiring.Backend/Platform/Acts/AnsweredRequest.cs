using Microsoft.AspNetCore.Http;

namespace Acquiring.Backend.Platform.Acts;

/// <summary>What a request was answered with, to be said again to its repetition.</summary>
public sealed record AnsweredRequest(int Status, string? ContentType, string? Location, string? ETag, ReadOnlyMemory<byte> Body)
{
    /// <summary>A larger answer is not kept: the repetition is done again, which its operation allows.</summary>
    public const int BodyBytesMax = 256 << 10;

    internal static AnsweredRequest Of(HttpResponse response, byte[] body) =>
        new(response.StatusCode, response.ContentType, Text(response.Headers.Location), Text(response.Headers.ETag), body);

    internal async Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.Headers.Location = Location;
        response.Headers.ETag = ETag;
        await response.Body.WriteAsync(Body);
    }

    private static string? Text(Microsoft.Extensions.Primitives.StringValues header) => header.Count == 0 ? null : header.ToString();
}
