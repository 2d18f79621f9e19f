using System.CommandLine;
using Acquiring.Benchmarks.Grains;

var root = new RootCommand("Measures the product beside its anchors, in one run on one machine.");
foreach (var command in Flavour.Commands)
{
    root.Add(command);
}

return await root.Parse(args).InvokeAsync();
