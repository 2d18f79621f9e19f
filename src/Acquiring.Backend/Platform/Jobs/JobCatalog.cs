using System.Diagnostics.CodeAnalysis;

namespace Acquiring.Backend.Platform.Jobs;

/// <summary>The jobs this process can do, by name.</summary>
public sealed class JobCatalog
{
    private readonly Dictionary<string, IJob> _byName;

    /// <exception cref="ArgumentException">Two jobs of one name: a bug.</exception>
    public JobCatalog(IEnumerable<IJob> jobs) => _byName = jobs.ToDictionary(j => j.Name, StringComparer.Ordinal);

    public IReadOnlyCollection<string> Names => _byName.Keys;

    public bool TryFind(string name, [NotNullWhen(true)] out IJob? job) => _byName.TryGetValue(name, out job);
}
