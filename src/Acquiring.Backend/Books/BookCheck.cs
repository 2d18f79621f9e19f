using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Books;

/// <summary>One invariant of the books. It only reads, in a snapshot that all checks share.</summary>
internal interface IBookCheck
{
    /// <summary>Stable; <c>&lt;code&gt;</c> is also the key of the text that says what holds.</summary>
    string Code { get; }

    Task<CheckOutcome> RunAsync(BookSnapshot books, CancellationToken cancellationToken);
}

/// <summary>What the checks read from.</summary>
/// <param name="Today">The local business date, for what is judged when no date was ever closed.</param>
internal sealed record BookSnapshot(NpgsqlConnection Connection, DateOnly Today);

/// <param name="RowsChecked">Rows the invariant was held against.</param>
/// <param name="Misses">At most <see cref="MissesMax"/>; none when it holds.</param>
public sealed record CheckOutcome(long RowsChecked, IReadOnlyList<BookMiss> Misses)
{
    /// <summary>The first few lead to the cause; thousands would only hide it.</summary>
    public const int MissesMax = 20;
}

/// <summary>One place where an invariant does not hold.</summary>
/// <param name="Code">Text key, such as <c>books.turns.gap</c>.</param>
public sealed record BookMiss(string Code, IReadOnlyList<Detail> Details);
