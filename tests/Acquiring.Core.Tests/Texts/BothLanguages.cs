using System.Collections;
using System.Reflection;
using System.Resources;
using System.Text.RegularExpressions;
using Acquiring.Core.Clearing;
using Acquiring.Core.Texts;

namespace Acquiring.Core.Tests.Texts;

public sealed partial class BothLanguages
{
    private static readonly Assembly Core = typeof(ClearingFormat).Assembly;

    [Fact]
    public void Every_text_of_the_core_exists_in_both_with_the_same_placeholders()
    {
        var names = Core.GetManifestResourceNames().Where(n => n.EndsWith("Texts.resources", StringComparison.Ordinal)).ToArray();
        names.ShouldNotBeEmpty();
        foreach (var name in names)
        {
            var manager = new ResourceManager(name[..^".resources".Length], Core);
            var english = Read(manager, System.Globalization.CultureInfo.InvariantCulture);
            var chinese = Read(manager, TextCatalog.Chinese);
            chinese.Keys.Order(StringComparer.Ordinal).ShouldBe(english.Keys.Order(StringComparer.Ordinal), name);
            foreach (var (key, text) in english)
            {
                Placeholders(chinese[key]).ShouldBe(Placeholders(text), key);
                chinese[key].ShouldNotBe(text, key);
            }
        }
    }

    [Fact]
    public void Every_code_a_line_can_fail_with_has_a_text()
    {
        var catalog = new TextCatalog(Core);
        var codes = typeof(LineCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!).ToArray();
        codes.Length.ShouldBeGreaterThan(20);
        foreach (var code in codes)
        {
            catalog.Find(code, TextCatalog.English).ShouldNotBeNull(code);
            catalog.Find(code, TextCatalog.Chinese).ShouldNotBeNull(code);
        }
    }

    [Fact]
    public void The_limits_in_the_texts_are_those_of_the_code()
    {
        var catalog = new TextCatalog(Core);
        foreach (var language in new[] { TextCatalog.English, TextCatalog.Chinese })
        {
            catalog.Find(LineCodes.TooLong, language)!.ShouldContain($"{ClearingFormat.LineBytesMax}");
            catalog.Find(LineCodes.DateRange, language)!.ShouldContain($"{ClearingFormat.LateDaysMax}");
            catalog.Find(LineCodes.AmountTooLarge, language)!.Replace(",", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal)
                .ShouldContain($"{ClearingLine.AmountFenMax}");
        }
    }

    private static Dictionary<string, string> Read(ResourceManager manager, System.Globalization.CultureInfo language) =>
        manager.GetResourceSet(language, createIfNotExists: true, tryParents: false).ShouldNotBeNull()
            .Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string)e.Value!, StringComparer.Ordinal);

    private static string[] Placeholders(string text) => [.. Placeholder().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\{[A-Za-z]+\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();
}
