using Acquiring.Testing;

[assembly: AssemblyFixture(typeof(TestCluster))]

// Three silos, a database and their clients are all that a small machine can hold at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
