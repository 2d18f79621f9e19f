using System.Diagnostics;
using System.Text.Json;
using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance.Running;

/// <summary>One branch's machine: a data directory of its own, and the verbs run on it.</summary>
public sealed class Site : IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("acquiring-acceptance-").FullName;
    private readonly List<Serving> _serving = [];

    public Site()
    {
        // The unprivileged user that PostgreSQL runs as must be able to pass through.
        File.SetUnixFileMode(_root, (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(Input);
    }

    /// <summary>Environment variables of every host and verb here.</summary>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }

    /// <summary>For whoever looks behind the product's back.</summary>
    public string Database => PrivatePostgres.ConnectionStringIn(Data);

    public string Data => Path.Combine(_root, "data");

    /// <summary>Where tests write the files that they send.</summary>
    public string Input => Path.Combine(_root, "input");

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Input, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public Task<Answer> RunAsync(params string[] arguments) => AcquiringProgram.RunAsync(For(arguments), settings: Settings);

    public Process Start(params string[] arguments) => AcquiringProgram.Start(For(arguments), settings: Settings);

    public IReadOnlyList<string> For(params string[] arguments) => [.. arguments, "--json", "--data", Data];

    /// <summary>Starts a verb and kills it −9, alone, after a while. False when it had ended before.</summary>
    public async Task<bool> RunAndKillAsync(TimeSpan after, params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(after);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        var killed = process.ExitCode == 137;
        if (!killed)
        {
            new Answer(string.Join(' ', arguments), process.ExitCode, await output, await error).ShouldBeDone();
        }

        return killed;
    }

    public async Task<Serving> ServeAsync()
    {
        var serving = await Serving.StartAsync(Data, Settings);
        _serving.Add(serving);
        return serving;
    }

    public async Task ImportAsync(SampleSet set)
    {
        set.WriteTo(Input);
        await ImportAsync(Input);
    }

    public async Task ImportAsync(string directory) => (await RunAsync(
        "import", "--branches", Path.Combine(directory, "branches.csv"), "--merchants", Path.Combine(directory, "merchants.csv"),
        "--terminals", Path.Combine(directory, "terminals.csv"))).ShouldBeDone();

    public async Task<IReadOnlyList<FileOutcome>> IngestAsync(params string[] arguments) =>
        Outcomes(await RunAsync(["ingest", .. arguments]));

    public async Task<FileOutcome> IngestOneAsync(params string[] arguments) => (await IngestAsync(arguments)).ShouldHaveSingleItem();

    public async Task<IReadOnlyList<MerchantDay>> VolumesAsync(DateOnly from, DateOnly to)
    {
        var answer = (await RunAsync("volumes", "--from", $"{from:yyyy-MM-dd}", "--to", $"{to:yyyy-MM-dd}")).ShouldBeDone();
        return [.. answer.Json.EnumerateArray().Select(day => new MerchantDay(
                day.GetProperty("merchantNo").GetString()!, Date(day, "date"), Number(day, "sales"), Number(day, "netFen"), Number(day, "feeFen")))
            .OrderBy(day => day.MerchantNo, StringComparer.Ordinal).ThenBy(day => day.Date)];
    }

    public async Task<IReadOnlyList<IdleTerminal>> IdleAsync(DateOnly on)
    {
        var answer = (await RunAsync("idle", "--on", $"{on:yyyy-MM-dd}")).ShouldBeDone();
        return [.. answer.Json.EnumerateArray().Select(idle => new IdleTerminal(
                idle.GetProperty("terminalNo").GetString()!, idle.GetProperty("clock").GetString()!, Date(idle, "lastActivityOn")))
            .OrderBy(idle => idle.TerminalNo, StringComparer.Ordinal)];
    }

    public Task<Answer> CloseAsync(DateOnly date, bool insist = false) =>
        insist ? RunAsync("close-day", $"{date:yyyy-MM-dd}", "--insist") : RunAsync("close-day", $"{date:yyyy-MM-dd}");

    /// <summary>Every scenario ends with this.</summary>
    public async Task BooksShouldBeTrueAsync() => (await RunAsync("verify-books")).ShouldBeDone();

    /// <summary>The registry is in, the files are taken in this order, each in a run of its own or all in one.</summary>
    public async Task<IReadOnlyList<FileOutcome>> IngestAsync(IEnumerable<SampleFile> files) =>
        await IngestAsync([.. files.Select(file => Path.Combine(Input, file.Name))]);

    public async ValueTask DisposeAsync()
    {
        foreach (var serving in _serving)
        {
            await serving.DisposeAsync();
        }

        await PrivatePostgres.KillIn(Data);
        Directory.Delete(_root, recursive: true);
    }

    internal static IReadOnlyList<FileOutcome> Outcomes(Answer answer) =>
        [.. answer.ShouldBeDone().Json.EnumerateArray().Select(Outcome)];

    internal static FileOutcome Outcome(JsonElement file) => new(
        file.GetProperty("file").GetString()!, Number(file, "posted"), Number(file, "duplicates"), Number(file, "held"),
        Number(file, "malformed"), Number(file, "sales"), Number(file, "refunds"), Number(file, "reversals"), Number(file, "grossFen"),
        Number(file, "refundFen"), Number(file, "feeFen"), Number(file, "feeDifferences"));

    private static long Number(JsonElement of, string name) => of.GetProperty(name).GetInt64();

    private static DateOnly Date(JsonElement of, string name) =>
        DateOnly.ParseExact(of.GetProperty(name).GetString()!, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
