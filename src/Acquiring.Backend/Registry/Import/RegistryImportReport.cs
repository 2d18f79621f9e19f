using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;

namespace Acquiring.Backend.Registry.Import;

public enum RegistryImportOutcome
{
    /// <summary>Written, or nothing to write.</summary>
    Applied,

    /// <summary>A dry run: this is what an import would do.</summary>
    Rehearsed,

    /// <summary>Rows are bad and the good rows alone were not asked for: nothing is written.</summary>
    Refused,
}

/// <summary>What became of the rows of one file: rows = added + changed + unchanged + bad (of a refused import only rows and bad).</summary>
public sealed record RegistryFileCounts(RegistryFile File, int Rows, int Added, int Changed, int Unchanged, int Bad);

/// <summary>One thing wrong with one row.</summary>
/// <param name="Row">The line in the file; the header is 1.</param>
/// <param name="Column">The column's name, or <c>row</c> for the row as a whole.</param>
/// <param name="Code">A text key; never changes with the language.</param>
/// <param name="Found">What stood there, shortened; empty for personal data.</param>
public sealed record RegistryRowError(
    RegistryFile File, int Row, string Column, string Code, string Found, IReadOnlyList<Detail> Details);

/// <param name="PricesChanged">Merchants that got a further fee plan.</param>
/// <param name="TerminalsRebound">Terminals that work for another merchant from now on.</param>
/// <param name="Errors">At most <see cref="RegistryImport.ErrorsListedMax"/>, by file and row.</param>
/// <param name="ErrorsNotListed">How many there are beyond.</param>
public sealed record RegistryImportReport(
    RegistryImportOutcome Outcome, IReadOnlyList<RegistryFileCounts> Files, int PricesChanged, int TerminalsRebound,
    IReadOnlyList<RegistryRowError> Errors, int ErrorsNotListed, long ElapsedMs)
{
    /// <summary>Rows that say otherwise than people decided about a machine since: theirs stays. At most as many as errors are listed.</summary>
    public IReadOnlyList<RegistryRowError> Kept { get; init; } = [];

    /// <summary>How many there are beyond.</summary>
    public int KeptNotListed { get; init; }

    public int RowsBad => Files.Sum(f => f.Bad);

    public bool ChangedAnything => Files.Any(f => f.Added + f.Changed > 0);
}

/// <summary>Told how far an import is. Implementations neither wait nor throw.</summary>
public interface IRegistryImportProgress
{
    /// <summary>So many more rows and bytes were read.</summary>
    void Read(long bytes, int rows);

    /// <summary>All files are read: so many rows are judged and written now.</summary>
    void BeginWriting(int rows);

    /// <summary>So many more rows are where they belong, changed or not.</summary>
    void Written(int rows);
}
