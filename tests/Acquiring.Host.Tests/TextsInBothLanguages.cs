using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Text.RegularExpressions;
using Acquiring.Host.CommandLine;

namespace Acquiring.Host.Tests;

public sealed partial class TextsInBothLanguages
{
    public static TheoryData<string> Assemblies => ["Acquiring.Core", "Acquiring.Standalone", "Acquiring.Backend", "acquiring"];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Each_text_has_both_languages_with_the_same_placeholders(string assembly)
    {
        foreach (var (name, english, chinese) in SetsOf(Assembly.Load(assembly)))
        {
            chinese.Keys.Order().ShouldBe(english.Keys.Order(), $"keys of {name}");
            foreach (var (key, text) in english)
            {
                text.ShouldNotBeNullOrWhiteSpace(key);
                chinese[key].ShouldNotBeNullOrWhiteSpace(key);
                Placeholders(chinese[key]).ShouldBe(Placeholders(text), $"placeholders of {key}");
            }
        }
    }

    [Fact]
    public void A_key_is_said_once_in_the_whole_product()
    {
        var keys = Assemblies.Select(a => a.Data).SelectMany(a => SetsOf(Assembly.Load(a))).SelectMany(s => s.English.Keys).ToList();
        keys.GroupBy(k => k).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty();
        keys.Count.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void The_command_line_knows_the_texts_of_every_assembly()
    {
        var catalog = Speech.Catalog();
        foreach (var key in Assemblies.Select(a => a.Data).SelectMany(a => SetsOf(Assembly.Load(a))).SelectMany(s => s.English.Keys))
        {
            catalog.Find(key, Acquiring.Core.Texts.TextCatalog.Chinese).ShouldNotBeNull(key);
        }
    }

    private static IEnumerable<(string Name, Dictionary<string, string> English, Dictionary<string, string> Chinese)> SetsOf(Assembly assembly) =>
        assembly.GetManifestResourceNames().Where(n => n.EndsWith("Texts.resources", StringComparison.Ordinal)).Select(n =>
        {
            var manager = new ResourceManager(n[..^".resources".Length], assembly);
            return (n, Read(manager, CultureInfo.InvariantCulture), Read(manager, CultureInfo.GetCultureInfo("zh-CN")));
        });

    private static Dictionary<string, string> Read(ResourceManager manager, CultureInfo culture) =>
        manager.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string)e.Value!, StringComparer.Ordinal);

    private static List<string> Placeholders(string text) => [.. PlaceholderPattern().Matches(text).Select(m => m.Value).Distinct().Order()];

    [GeneratedRegex(@"\{[A-Za-z]+\}", RegexOptions.None, 1000)]
    private static partial Regex PlaceholderPattern();
}
