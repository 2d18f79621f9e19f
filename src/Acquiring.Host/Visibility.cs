using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Acquiring.Host.Tests")]
