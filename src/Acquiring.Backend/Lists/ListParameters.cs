using System.Globalization;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Http;

namespace Acquiring.Backend.Lists;

/// <summary>
/// The parameters a list was asked with, by name. Every name and every value must be known: a filter that is mistyped must not become no
/// filter. Each reading throws <see cref="RefusedException"/> with what the parameter may be; an empty value is none.
/// </summary>
internal sealed class ListParameters
{
    public const int TextCharsMax = 200;
    public const int WordsMax = 50;

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <param name="known">The names this list has.</param>
    public ListParameters(IEnumerable<KeyValuePair<string, string?>> given, IReadOnlyList<string> known)
    {
        foreach (var (name, value) in given)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                throw new RefusedException(ListRefusals.UnknownParameter(name.Length > 40 ? name[..40] : name, known));
            }

            if (string.IsNullOrEmpty(value))
            {
                continue;
            }

            if (!_values.TryAdd(name, value))
            {
                throw new RefusedException(ListRefusals.Twice(name));
            }
        }
    }

    /// <summary>Of a request; <c>lang</c> is read elsewhere.</summary>
    public static ListParameters Of(HttpRequest request, IReadOnlyList<string> known) => new(
        request.Query.Where(q => q.Key != "lang").SelectMany(q => q.Value.Select(v => KeyValuePair.Create(q.Key, v))), known);

    public IReadOnlyDictionary<string, string> Given => _values;

    public string? Text(string name, int charsMax = TextCharsMax) =>
        !_values.TryGetValue(name, out var value) ? null
        : value.Length > charsMax ? throw new RefusedException(ListRefusals.TooLong(name, charsMax))
        : value;

    /// <summary>A word of the registry. What looks like a card number is none, and must not come into the audit of an export.</summary>
    public string? RegistryText(string name) =>
        Text(name) is not { } value ? null
        : CardLikeText.Has(value) ? throw new RefusedException(ListRefusals.CardLike(name))
        : value;

    public string? Word(string name, IReadOnlyList<string> legal) =>
        !_values.TryGetValue(name, out var value) ? null
        : legal.Contains(value, StringComparer.Ordinal) ? value
        : throw new RefusedException(ListRefusals.NotOneOf(name, Short(value), legal));

    /// <summary>One or more, divided by commas.</summary>
    public string[]? Words(string name, IReadOnlyList<string> legal) =>
        Parts(name)?.Select(w => legal.Contains(w, StringComparer.Ordinal) ? w : throw new RefusedException(ListRefusals.NotOneOf(name, Short(w), legal)))
            .ToArray();

    /// <summary>One or more, divided by commas.</summary>
    public string[]? Mccs(string name) =>
        Parts(name)?.Select(m => m.Length == 4 && m.All(char.IsAsciiDigit) ? m : throw new RefusedException(ListRefusals.NotAnMcc(name, Short(m))))
            .ToArray();

    /// <summary>One or more, divided by commas.</summary>
    public string[]? RegistryTexts(string name) =>
        Parts(name)?.Select(t => CardLikeText.Has(t) ? throw new RefusedException(ListRefusals.CardLike(name)) : t).ToArray();

    public DateOnly? Date(string name) =>
        !_values.TryGetValue(name, out var value) ? null
        : DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= 1900 and < 3000 ? date
        : throw new RefusedException(ListRefusals.NotADate(name, Short(value)));

    public long? Number(string name, long min, long max) =>
        !_values.TryGetValue(name, out var value) ? null
        : long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number
        : throw new RefusedException(ListRefusals.NotANumber(name, Short(value), min, max));

    private string[]? Parts(string name)
    {
        if (Text(name, TextCharsMax * 10) is not { } text)
        {
            return null;
        }

        var parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Length is > 0 and <= WordsMax ? parts : throw new RefusedException(ListRefusals.TooLong(name, WordsMax));
    }

    private static string Short(string value) => value.Length > 40 ? value[..40] : value;
}
