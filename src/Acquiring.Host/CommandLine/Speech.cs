using System.Globalization;
using System.Reflection;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;

namespace Acquiring.Host.CommandLine;

/// <summary>The texts of the product in the language of the person at the command line.</summary>
public sealed record Speech(TextCatalog Texts, CultureInfo Language)
{
    /// <summary>All assemblies that have texts.</summary>
    /// <param name="runtime">The runtime's own; it may be one of the others.</param>
    public static TextCatalog Catalog(Assembly? runtime = null) => new(
    [
        .. new[] { typeof(Speech).Assembly, typeof(PlatformModule).Assembly, Assembly.Load("Acquiring.Standalone"), typeof(Refusal).Assembly, runtime }
            .OfType<Assembly>().Distinct(),
    ]);

    /// <summary>
    /// Known before the commands are built, since their help is text, too: <c>--lang</c>, <c>ACQUIRING_LANG</c>, then the locale.
    /// </summary>
    public static Speech For(IReadOnlyList<string> args, Func<string, string?> environment, Assembly? runtime = null)
    {
        string?[] candidates =
        [
            Asked(args), environment("ACQUIRING_LANG"), environment("LC_ALL"), environment("LC_MESSAGES"), environment("LANG"),
        ];
        return new Speech(Catalog(runtime), TextCatalog.Language(candidates.FirstOrDefault(c => !string.IsNullOrEmpty(c))));
    }

    public string Say(string key, params IReadOnlyList<Detail> details) => Texts.Text(key, Language, details);

    public string Say(Refusal refusal) => Texts.Text(refusal, Language);

    private static string? Asked(IReadOnlyList<string> args)
    {
        const string option = "--lang";
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == option && i + 1 < args.Count)
            {
                return args[i + 1];
            }

            if (args[i].StartsWith(option, StringComparison.Ordinal) && args[i].Length > option.Length && (args[i][option.Length] is '=' or ':'))
            {
                return args[i][(option.Length + 1)..];
            }
        }

        return null;
    }
}
