using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;

namespace Acquiring.Backend.Registry.Import;

/// <summary>Keeps the first errors and counts the rest: a million bad rows must not become a million objects.</summary>
internal sealed class ImportErrors(int listedMax)
{
    private readonly List<RegistryRowError> _listed = [];
    private int _count;

    public int NotListed => _count - _listed.Count;

    public IReadOnlyList<RegistryRowError> InOrder() => _listed.OrderBy(e => e.File).ThenBy(e => e.Row).ToList();

    public void Add(RegistryFile file, int row, CellFault fault) => Add(file, row, fault.Column, fault.Code, fault.Found, fault.Details);

    public void Add(RegistryFile file, int row, string column, string code, string found, params IReadOnlyList<Detail> details)
    {
        _count++;
        if (_listed.Count < listedMax)
        {
            _listed.Add(new(file, row, column, code, found, details));
        }
    }
}
