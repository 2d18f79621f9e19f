using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Acquiring.Core.Refusals;

namespace Acquiring.Host.CommandLine;

/// <summary>Options and arguments that read a date or a number, and say in the person's language what was wrong with it.</summary>
internal sealed class Reading(Speech speech)
{
    public Option<DateOnly?> DateOption(string name, string helpKey) => new(name)
    {
        HelpName = "YYYY-MM-DD",
        Description = speech.Say(helpKey),
        CustomParser = result => ReadDate(result),
    };

    /// <summary>
    /// Adds to a verb that its two dates must not be the wrong way round. They are read from their tokens: asking for the value of one that
    /// cannot be read throws, and of that one its own option tells.
    /// </summary>
    public void InOrder(Command command, Option<DateOnly?> from, Option<DateOnly?> to) => command.Validators.Add(result =>
    {
        if (DateIn(result.GetResult(to)) < DateIn(result.GetResult(from)))
        {
            result.AddError(speech.Say("usage.to-before-from"));
        }

        static DateOnly? DateIn(OptionResult? option) => option is { Tokens: [var token] } && TryDate(token.Value, out var date) ? date : null;
    });

    public Argument<DateOnly> DateArgument(string name, string helpKey) => new(name)
    {
        HelpName = "YYYY-MM-DD",
        Description = speech.Say(helpKey),
        CustomParser = result => ReadDate(result) ?? default,
    };

    public Option<long?> NumberOption(string name, string helpName, string helpKey) => new(name)
    {
        HelpName = helpName,
        Description = speech.Say(helpKey),
        CustomParser = result => ReadNumber(result),
    };

    public Argument<long> NumberArgument(string name, string helpKey) => new(name)
    {
        HelpName = name,
        Description = speech.Say(helpKey),
        CustomParser = result => ReadNumber(result) ?? 0,
    };

    public Option<string?> TextOption(string name, string helpName, string helpKey) => new(name)
    {
        HelpName = helpName,
        Description = speech.Say(helpKey),
    };

    /// <summary>One of a few words; any other is refused with the list of them.</summary>
    public Option<string?> WordOption(string name, string helpName, string helpKey, IReadOnlyList<string> words)
    {
        var option = TextOption(name, helpName, helpKey);
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => !words.Contains(t.Value, StringComparer.Ordinal)))
            {
                result.AddError(speech.Say("usage.one-of", new Detail("value", token.Value), new Detail("values", string.Join(", ", words))));
            }
        });
        return option;
    }

    public Option<bool> Flag(string name, string helpKey) => new(name) { Description = speech.Say(helpKey) };

    private static bool TryDate(string text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    private DateOnly? ReadDate(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (TryDate(text, out var date))
        {
            return date;
        }

        result.AddError(speech.Say("usage.date", new Detail("value", text)));
        return null;
    }

    private long? ReadNumber(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        result.AddError(speech.Say("usage.number", new Detail("value", text)));
        return null;
    }
}
