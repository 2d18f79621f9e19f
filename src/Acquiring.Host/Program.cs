using Acquiring.Host.CommandLine;

using var stop = new CancellationTokenSource();
using var signals = Shell.CancelOnSignals(stop);
return await Entry.RunAsync(args, Shell.OfProcess(), stop.Token);
