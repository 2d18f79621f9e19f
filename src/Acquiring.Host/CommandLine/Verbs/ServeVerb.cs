using System.CommandLine;
using Acquiring.Core.Refusals;
using Acquiring.Host.Client;
using Acquiring.Host.Hosting;

namespace Acquiring.Host.CommandLine.Verbs;

/// <summary><c>serve</c>, also without a verb: the HTTP interface until it is told to stop.</summary>
internal sealed class ServeVerb(VerbRunner runner, Reading reading)
{
    private const int WaitForAVerbSecondsMax = 60;
    private const int WaitForANoteMilliseconds = 2_000;
    private const int PauseMilliseconds = 200;

    private readonly Option<string[]> _urls = new("--urls")
    {
        HelpName = "URL",
        Arity = ArgumentArity.OneOrMore,
        Description = runner.Speech.Say("help.serve.urls", new Detail("default", HostSettings.UrlDefault)),
    };

    private readonly Option<bool> _demo = reading.Flag("--demo", "help.serve.demo");
    private readonly Option<bool> _insecure = reading.Flag("--insecure", "help.serve.insecure");

    public IEnumerable<Option> Options => [_urls, _demo, _insecure];

    public Command Build()
    {
        var command = new Command(HostSettings.ServeVerb, runner.Speech.Say("help.serve"));
        foreach (var option in Options)
        {
            command.Add(option);
        }

        command.SetAction(RunAsync);
        return command;
    }

    public Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken) => runner.GuardAsync(line, async presenter =>
    {
        var urls = line.GetValue(_urls) is { Length: > 0 } given ? given : [HostSettings.UrlDefault];
        var settings = runner.Globals.Settings(line, HostSettings.ServeVerb, urls, line.GetValue(_insecure));
        await using var host = await StartAsync(settings, cancellationToken);
        if (line.GetValue(_demo))
        {
            await Demo.LoadAsync(host, settings, runner, cancellationToken);
        }

        var url = host.Urls.Count > 0 ? host.Urls[0] : "";
        presenter.Show(new Outcome(
            new { urls = host.Urls, swagger = $"{url}/swagger", dataDirectory = settings.Data.Path, version = ApiDocument.Version },
            console => console.Line(runner.Speech.Say(
                "serve.listening",
                new Detail("urls", string.Join(", ", host.Urls)), new Detail("swagger", $"{url}/swagger"), new Detail("directory", settings.Data.Path)))));
        await UntilStoppedAsync(host, cancellationToken);
        runner.Notice(runner.Speech.Say("serve.stopping"));
        return Exit.Done;
    });

    // A server that holds the directory stays, so waiting is useless; a verb ends by itself.
    private async Task<RunningHost> StartAsync(HostSettings settings, CancellationToken cancellationToken)
    {
        var clock = runner.Shell.Clock;
        var since = clock.GetTimestamp();
        var told = false;
        while (true)
        {
            if (await RunningHost.TryStartAsync(settings, runner.Speech, runner.Notice, cancellationToken) is { } host)
            {
                return host;
            }

            var waited = clock.GetElapsedTime(since);
            var holder = Holder.Read(settings.Data);
            if (holder is { IsServer: true } && waited.TotalMilliseconds > WaitForANoteMilliseconds)
            {
                throw new RefusedException(HostRefusals.AlreadyRunning(settings.Data, holder));
            }

            if (waited.TotalSeconds > WaitForAVerbSecondsMax)
            {
                throw new RefusedException(HostRefusals.Busy(settings.Data));
            }

            if (!told && holder is { IsServer: false })
            {
                told = true;
                runner.Notice(runner.Speech.Say(
                    "host.waiting", new Detail("directory", settings.Data.Path), new Detail("seconds", $"{WaitForAVerbSecondsMax}")));
            }

            await Task.Delay(PauseMilliseconds, cancellationToken);
        }
    }

    /// <exception cref="RefusedException">Others serve the database now.</exception>
    private static async Task UntilStoppedAsync(RunningHost host, CancellationToken cancellationToken)
    {
        try
        {
            throw new RefusedException(await host.Lost.WaitAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // That is how a server ends.
        }
    }
}
