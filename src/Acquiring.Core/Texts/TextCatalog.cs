using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Text;
using Acquiring.Core.Refusals;

namespace Acquiring.Core.Texts;

/// <summary>
/// Texts for people, in English (the neutral resources) and Chinese (<c>zh-CN</c>). Every assembly given contributes all its
/// <c>*Texts.resx</c> files; a key is unique over all of them. Placeholders are named: <c>line {line}: {field} is missing</c>.
/// Codes and field names never change with the language.
/// </summary>
public sealed class TextCatalog
{
    public static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");
    public static readonly CultureInfo Chinese = CultureInfo.GetCultureInfo("zh-CN");

    private readonly IReadOnlyList<ResourceManager> _resources;

    public TextCatalog(params IReadOnlyList<Assembly> assemblies)
    {
        const string suffix = "Texts.resources";
        _resources = assemblies
            .SelectMany(a => a.GetManifestResourceNames()
                .Where(n => n.EndsWith(suffix, StringComparison.Ordinal))
                .Select(n => new ResourceManager(n[..^".resources".Length], a)))
            .ToList();
    }

    /// <summary>The two languages we have: anything that begins with <c>zh</c> is Chinese, all else is English.</summary>
    public static CultureInfo Language(string? tag) =>
        tag is not null && tag.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? Chinese : English;

    public string? Find(string key, CultureInfo language)
    {
        foreach (var manager in _resources)
        {
            if (manager.GetString(key, language) is { } text)
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>The text of a key with its details put in; the key itself when no text exists, so that nothing is ever blank.</summary>
    public string Text(string key, CultureInfo language, params IReadOnlyList<Detail> details)
    {
        var template = Find(key, language);
        return template is null
            ? $"{key} {string.Join(", ", details.Select(d => $"{d.Name}={d.Value}"))}".TrimEnd()
            : Fill(template, details);
    }

    public string Text(Refusal refusal, CultureInfo language) => Text(refusal.Code, language, refusal.Details);

    private static string Fill(string template, IReadOnlyList<Detail> details)
    {
        var text = new StringBuilder(template);
        foreach (var detail in details)
        {
            text.Replace($"{{{detail.Name}}}", detail.Value);
        }

        return text.ToString();
    }
}
