using Acquiring.GrainContract;
using Acquiring.Testing;

[assembly: AssemblyFixture(typeof(SharedSilos))]
[assembly: AssemblyFixture(typeof(TestCluster))]
