using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Acquiring.Host.CommandLine;

/// <summary>
/// Help in the person's language, always with an example. The library's own help has fixed titles, so this one replaces it.
/// </summary>
internal sealed class HelpWriter(Shell shell, Speech speech, string jsonName) : SynchronousCommandLineAction
{
    public const string Program = "acquiring";

    public override int Invoke(ParseResult parseResult)
    {
        var text = new StringWriter();
        Write(parseResult.CommandResult.Command, text);
        // Asked of the tokens, for a line with --help need not be a whole one.
        var json = parseResult.Tokens.Any(t => t.Value == jsonName);
        return new Presenter(shell, json).Show(new Outcome(new { help = text.ToString() }, _ => shell.Out.Write(text)));
    }

    /// <summary>Puts this help in the place of the library's.</summary>
    public void ReplaceIn(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = this;
        help.Description = speech.Say("help.option.help");
    }

    public static string PathOf(Command command)
    {
        var names = new List<string>();
        for (var at = command; at is not null and not RootCommand; at = at.Parents.OfType<Command>().FirstOrDefault())
        {
            names.Insert(0, at.Name);
        }

        return string.Join(' ', names.Prepend(Program));
    }

    private void Write(Command command, TextWriter to)
    {
        to.WriteLine(command.Description);
        to.WriteLine();
        to.WriteLine(speech.Say("help.usage"));
        to.WriteLine($"  {UsageOf(command)}");
        Section(to, "help.commands", command.Subcommands.Select(c => (c.Name, c.Description)));
        Section(to, "help.arguments", command.Arguments.Select(a => (NameOf(a), a.Description)));
        Section(to, "help.options", command.Options.Where(o => !o.Recursive && !o.Hidden).Select(o => (NameOf(o), o.Description)));
        Section(to, "help.options-anywhere", Anywhere(command).Select(o => (NameOf(o), o.Description)));
        to.WriteLine();
        to.WriteLine(speech.Say("help.example"));
        foreach (var line in speech.Say(ExampleKeyOf(command)).Split('\n'))
        {
            to.WriteLine($"  {line.Trim()}");
        }
    }

    private static string ExampleKeyOf(Command command) =>
        command is RootCommand ? "help.examples" : $"help.example.{PathOf(command)[Program.Length..].Trim().Replace(' ', '-')}";

    private static IEnumerable<Option> Anywhere(Command command)
    {
        var root = command;
        while (root.Parents.OfType<Command>().FirstOrDefault() is { } parent)
        {
            root = parent;
        }

        return root.Options.Where(o => o.Recursive && !o.Hidden);
    }

    private string UsageOf(Command command)
    {
        var parts = new List<string> { PathOf(command) };
        if (command.Subcommands.Count > 0)
        {
            parts.Add($"[{speech.Say("help.a-command")}]");
        }

        parts.AddRange(command.Arguments.Select(a => a.Arity.MinimumNumberOfValues == 0 ? $"[{NameOf(a)}]" : NameOf(a)));
        parts.AddRange(command.Options.Where(o => o.Required && !o.Hidden).Select(NameOf));
        parts.Add($"[{speech.Say("help.some-options")}]");
        return string.Join(' ', parts);
    }

    private static string NameOf(Argument argument) =>
        (argument.HelpName ?? argument.Name) + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : "");

    private static string NameOf(Option option) =>
        string.Join(", ", option.Aliases.Append(option.Name).Where(n => n.StartsWith('-')).Order(StringComparer.Ordinal)) + (option.HelpName is { } value ? $" {value}" : "");

    private void Section(TextWriter to, string titleKey, IEnumerable<(string Name, string? Description)> rows)
    {
        var list = rows.ToList();
        if (list.Count == 0)
        {
            return;
        }

        to.WriteLine();
        to.WriteLine(speech.Say(titleKey));
        var width = list.Max(r => r.Name.Length);
        foreach (var (name, description) in list)
        {
            to.WriteLine($"  {name.PadRight(width)}  {description}");
        }
    }
}
