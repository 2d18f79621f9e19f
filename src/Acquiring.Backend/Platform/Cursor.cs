using System.Buffers.Text;
using System.Text.Json;
using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Platform;

/// <summary>The key of the last row of a page, opaque to callers: base64url of a JSON array, so that a part may hold any character.</summary>
public static class Cursor
{
    /// <summary>Longer than any key of ours (a name of 200 characters, escaped); a longer text is no cursor and is not decoded.</summary>
    public const int LengthMax = 2_400;

    public static string Of(params IReadOnlyList<string> key) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(key));

    /// <summary>The parts of the key; empty without a cursor. Refuses <c>page.bad-cursor</c>.</summary>
    public static Result<IReadOnlyList<string>> Read(string? cursor, int parts)
    {
        if (string.IsNullOrEmpty(cursor))
        {
            return Array.Empty<string>();
        }

        if (cursor.Length > LengthMax || !Base64Url.IsValid(cursor))
        {
            return Bad();
        }

        try
        {
            var key = JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(cursor));
            return key is not null && key.Length == parts && !key.Contains(null) ? key : Bad();
        }
        catch (JsonException)
        {
            return Bad();
        }
    }

    /// <summary>For a list sorted by one number. <c>null</c> without a cursor.</summary>
    public static Result<long?> ReadNumber(string? cursor)
    {
        if (!Read(cursor, 1).Accepted(out var key, out var refusal))
        {
            return refusal;
        }

        if (key.Count == 0)
        {
            return (long?)null;
        }

        return long.TryParse(key[0], out var number) ? (long?)number : Bad();
    }

    /// <summary>For stores that find a part of the key unreadable (a date that is none).</summary>
    public static Refusal Bad() => Refusal.Of(RefusalKind.Invalid, "page.bad-cursor");
}
