using Acquiring.GrainContract;

[assembly: AssemblyFixture(typeof(SharedSilos))]
