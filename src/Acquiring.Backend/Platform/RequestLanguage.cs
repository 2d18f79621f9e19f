using System.Globalization;
using Acquiring.Core.Texts;
using Microsoft.AspNetCore.Http;

namespace Acquiring.Backend.Platform;

/// <summary>The language of a caller: the query's <c>lang</c>, else the best of <c>Accept-Language</c> that we have, else English.</summary>
public static class RequestLanguage
{
    public static CultureInfo Of(HttpContext context)
    {
        var asked = context.Request.Query["lang"].ToString();
        if (asked.Length > 0)
        {
            return TextCatalog.Language(asked);
        }

        var ranked = context.Request.GetTypedHeaders().AcceptLanguage
            .Where(l => (l.Quality ?? 1) > 0)
            .OrderByDescending(l => l.Quality ?? 1)
            .Select(l => l.Value.ToString())
            .FirstOrDefault(IsOurs);
        return TextCatalog.Language(ranked);
    }

    private static bool IsOurs(string tag) =>
        tag.StartsWith("zh", StringComparison.OrdinalIgnoreCase) || tag.StartsWith("en", StringComparison.OrdinalIgnoreCase);
}
