using System.CommandLine;
using Acquiring.Benchmarks;
using Acquiring.Benchmarks.Grains;

var root = new RootCommand("Measures the product beside its anchors, in one run on one machine.") { JournalCommand.Build(), GrainsCommand.Build() };
return await root.Parse(args).InvokeAsync();
