using System.Runtime.Versioning;
using Acquiring.Standalone.Tests.Postgres;
using Acquiring.Testing;

[assembly: AssemblyFixture(typeof(TestCluster))]
[assembly: AssemblyFixture(typeof(MadeCluster))]

// File modes, signals and sessions are what the tests of the private PostgreSQL are about.
[assembly: UnsupportedOSPlatform("windows")]
