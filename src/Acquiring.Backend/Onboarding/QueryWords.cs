using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Onboarding;

/// <summary>Words of a query: the framework reads enums by their C# names, we write them in camel case.</summary>
internal static class QueryWords
{
    /// <summary><c>null</c> where nothing is asked for.</summary>
    public static Result<T?> Read<T>(string parameter, string? word)
        where T : struct, Enum
    {
        if (string.IsNullOrEmpty(word))
        {
            return (T?)null;
        }

        return char.IsAsciiLetter(word[0]) && Enum.TryParse<T>(word, ignoreCase: true, out var value) && Enum.IsDefined(value)
            ? (T?)value
            : Refusal.Of(
                RefusalKind.Invalid, "request.bad-parameter", new Detail("parameter", parameter), new Detail("value", word.Length > 40 ? word[..40] : word));
    }
}
