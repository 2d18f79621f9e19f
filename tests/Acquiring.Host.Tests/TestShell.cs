using System.Text;
using System.Text.Json.Nodes;
using Acquiring.Host.CommandLine;
using Acquiring.Host.Hosting;

namespace Acquiring.Host.Tests;

/// <summary>The command line without a process: what it writes is kept.</summary>
internal sealed class TestShell
{
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    /// <summary>Standard output as the one JSON document it must be.</summary>
    public JsonNode Json => JsonNode.Parse(Out)!;

    public string this[string variable]
    {
        set => _environment[variable] = value;
    }

    public Task<int> RunAsync(params string[] args) => RunAsync(args, CancellationToken.None);

    public Task<int> RunAsync(string[] args, CancellationToken stop) => Entry.RunAsync(
        args, new Shell(WriterTo(_out), WriterTo(_error), false, false, _environment.GetValueOrDefault, TimeProvider.System, new StandaloneRuntime()), stop);

    private static TextWriter WriterTo(StringBuilder text) => TextWriter.Synchronized(new StringWriter(text));
}
