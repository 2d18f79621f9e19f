using System.CommandLine;
using System.Text.RegularExpressions;
using Acquiring.Core.Refusals;

namespace Acquiring.Host.CommandLine;

/// <summary>
/// What is wrong with a line, in the person's language. The parser's own Chinese cannot be loaded without ICU (it is filed under a script,
/// not a country), so its few English sentences are recognised and said by us; ours pass as they are.
/// </summary>
internal static partial class UsageErrors
{
    public static IEnumerable<string> In(ParseResult line, Speech speech) =>
        line.Errors.Select(e => Say(e.Message, speech)).Distinct(StringComparer.Ordinal);

    private static string Say(string message, Speech speech)
    {
        foreach (var (pattern, key) in s_known)
        {
            if (pattern.Match(message) is { Success: true } match)
            {
                return speech.Say(key, new Detail("name", match.Groups["name"].Value));
            }
        }

        return message;
    }

    private static readonly (Regex Pattern, string Key)[] s_known =
    [
        (Unrecognized(), "usage.unrecognized"),
        (ArgumentMissing(), "usage.argument-missing"),
        (ValueMissing(), "usage.value-missing"),
        (OptionMissing(), "usage.option-missing"),
    ];

    [GeneratedRegex("^Unrecognized command or argument '(?<name>.*)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unrecognized();

    [GeneratedRegex("^Required argument '(?<name>.*)' missing for command", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ArgumentMissing();

    [GeneratedRegex("^Required argument missing for option: '(?<name>.*)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ValueMissing();

    [GeneratedRegex("^Option '(?<name>.*)' is required", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OptionMissing();
}
