using Acquiring.Cluster;
using Acquiring.Host.CommandLine;

using var stop = new CancellationTokenSource();
using var signals = Shell.CancelOnSignals(stop);
return await Entry.RunAsync(args, Shell.OfProcess(new ClusterRuntime()), stop.Token);
