using Acquiring.Host.CommandLine;
using Acquiring.Host.Hosting;

using var stop = new CancellationTokenSource();
using var signals = Shell.CancelOnSignals(stop);
return await Entry.RunAsync(args, Shell.OfProcess(new StandaloneRuntime()), stop.Token);
