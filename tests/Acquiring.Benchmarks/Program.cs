using System.CommandLine;
using Acquiring.Benchmarks;

var root = new RootCommand("Measures the product beside its anchors, in one run on one machine.") { JournalCommand.Build() };
return await root.Parse(args).InvokeAsync();
