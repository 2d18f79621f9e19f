using System.Globalization;
using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Platform.Acts;

/// <summary>
/// Which version of a record an act is based on. The record's <c>ETag</c> is its version in quotation marks; an act hands it back in
/// <c>If-Match</c>. "The last one wins" is never an answer.
/// </summary>
public static class IfMatch
{
    public const string Header = "If-Match";

    public static string ETag(int version) => $"\"{version}\"";

    /// <summary>Refuses a missing header (428) and one that is not a single ETag of ours (400).</summary>
    public static Result<int> Read(string? header)
    {
        if (string.IsNullOrEmpty(header))
        {
            return Refusal.Of(RefusalKind.VersionMissing, "request.if-match-missing");
        }

        return header is ['"', .. var inner, '"'] && int.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : Refusal.Of(RefusalKind.Invalid, "request.if-match-bad", new Detail("value", header.Length > 40 ? header[..40] : header));
    }

    public static Refusal Stale(int given, int present) =>
        Refusal.Of(RefusalKind.Stale, "request.stale", new Detail("given", $"{given}"), new Detail("present", $"{present}"));
}
