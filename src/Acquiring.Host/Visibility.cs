using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Acquiring.Host.Tests")]
[assembly: InternalsVisibleTo("acquiring-cluster")]
