using System.CommandLine;
using Acquiring.Core.Refusals;
using Acquiring.Host.Hosting;

namespace Acquiring.Host.CommandLine;

/// <summary>Options accepted anywhere on the line, also last.</summary>
internal sealed class GlobalOptions
{
    private readonly Shell _shell;

    public GlobalOptions(Shell shell, Speech speech)
    {
        _shell = shell;
        Data = new Option<string?>("--data") { HelpName = "DIR", Recursive = true, Description = speech.Say("help.option.data") };
        Database = new Option<string?>("--database") { HelpName = "CONNECTION", Recursive = true, Description = speech.Say("help.option.database") };
        Json = new Option<bool>("--json") { Recursive = true, Description = speech.Say("help.option.json") };
        Lang = new Option<string?>("--lang") { HelpName = "en|zh-CN", Recursive = true, Description = speech.Say("help.option.lang") };
        Lang.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => !IsSpoken(t.Value)))
            {
                result.AddError(speech.Say("usage.lang", new Detail("value", token.Value)));
            }
        });
    }

    public Option<string?> Data { get; }

    public Option<string?> Database { get; }

    public Option<bool> Json { get; }

    public Option<string?> Lang { get; }

    public IEnumerable<Option> All => [Data, Database, Json, Lang];

    /// <summary>With or without a country: <c>zh</c>, <c>zh-CN</c>, <c>zh_CN.UTF-8</c>.</summary>
    private static bool IsSpoken(string language) =>
        language.Split('-', '_', '.')[0].ToLowerInvariant() is "zh" or "en";

    public HostSettings Settings(ParseResult line, string verb, IReadOnlyList<string>? urls = null, bool insecure = false)
    {
        var data = DataDirectory.Find(line.GetValue(Data), _shell.Environment);
        var database = line.GetValue(Database) ?? _shell.Environment("ACQUIRING_DATABASE");
        return new HostSettings(data, verb, string.IsNullOrWhiteSpace(database) ? null : database, urls ?? [], insecure, _shell.Runtime);
    }
}
