using Acquiring.Testing;

[assembly: AssemblyFixture(typeof(TestCluster))]
