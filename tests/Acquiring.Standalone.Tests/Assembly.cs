using System.Runtime.Versioning;
using Acquiring.Testing;

[assembly: AssemblyFixture(typeof(TestCluster))]

// File modes, signals and sessions are what the tests of the private PostgreSQL are about.
[assembly: UnsupportedOSPlatform("windows")]
