using Acquiring.Backend.Tiers.Ask;
using Acquiring.Core.Refusals;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Lists;

/// <summary>What the filter of a list is about: which columns have it.</summary>
/// <param name="Activity">The date of the last activity; <c>-infinity</c> before the first.</param>
/// <param name="IdleSince">What idle months count from; <c>-infinity</c> runs no clock.</param>
internal sealed record ListColumns(string State, string Activity, string IdleSince, string Volume)
{
    /// <summary>A condition for idle months to count at all.</summary>
    public string? IdleOnlyIf { get; init; }
}

/// <summary>
/// Which merchants or terminals are meant; all conditions together. Branch, MCC and township of a terminal are those of the merchant it
/// works for.
/// </summary>
/// <param name="Branch">With all branches below it.</param>
/// <param name="LastActivityFrom">Inclusive.</param>
/// <param name="LastActivityTo">Inclusive; those that never were active are not meant.</param>
/// <param name="IdleMonths">At least so many whole calendar months without activity.</param>
/// <param name="VolumeMinFen">Of the last 30 days, inclusive.</param>
/// <param name="Tiers">In any of these now, whatever the dimension.</param>
/// <param name="Risks">By the grade in force today; those that were never graded are in none.</param>
internal sealed record ListFilter(
    string? Branch, string[]? States, string[]? Mccs, string[]? Townships, DateOnly? LastActivityFrom, DateOnly? LastActivityTo,
    bool NeverActive, int? IdleMonths, long? VolumeMinFen, long? VolumeMaxFen, string[]? Tiers, string[]? Risks = null)
{
    public const int IdleMonthsMax = 600;

    private const long FenMax = 1_000_000_000_000_000;

    private static readonly string[] s_never = ["never"];
    private static readonly string[] s_risks = ["low", "medium", "high"];

    public static IReadOnlyList<string> Names { get; } =
    [
        "branch", "state", "mcc", "township", "lastActivityFrom", "lastActivityTo", "lastActivity", "idleMonths", "volumeMinFen", "volumeMaxFen",
        "tier", "risk",
    ];

    /// <summary>Throws <see cref="RefusedException"/>, naming the first parameter that is wrong.</summary>
    public static ListFilter Read(ListParameters parameters, IReadOnlyList<string> states) => new(
        parameters.RegistryText("branch"), parameters.Words("state", states), parameters.Mccs("mcc"), parameters.RegistryTexts("township"),
        parameters.Date("lastActivityFrom"), parameters.Date("lastActivityTo"), parameters.Word("lastActivity", s_never) is not null,
        (int?)parameters.Number("idleMonths", 1, IdleMonthsMax), parameters.Number("volumeMinFen", -FenMax, FenMax),
        parameters.Number("volumeMaxFen", -FenMax, FenMax), parameters.RegistryTexts("tier"), parameters.Words("risk", s_risks));

    /// <summary>Refuses a branch that the registry does not know, and a tier that no rules have.</summary>
    public async Task AddToAsync(
        SqlConditions where, ListColumns columns, DateOnly today, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (Branch is not null)
        {
            var branches = await SubtreeAsync(connection, Branch, cancellationToken);
            where.Add($"m.branch_code = any({where.Value(branches, NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        }

        AddAny(where, columns.State, States);
        AddAny(where, "m.mcc", Mccs);
        AddAny(where, "m.township", Townships);
        if (Tiers is not null)
        {
            await TierFilter.RequireKnownAsync(connection, Tiers, cancellationToken);
            where.Add(
                "m.merchant_id in (select r.merchant_id from merchant_tier r where r.tier = "
                + $"any({where.Value(Tiers, NpgsqlDbType.Array | NpgsqlDbType.Text)}))");
        }

        if (Risks is not null)
        {
            var on = where.Value(today, NpgsqlDbType.Date);
            where.Add(
                $"m.merchant_id in (select g.merchant_id from merchant_risk_grade g where g.valid_from <= {on} and {on} < g.valid_to "
                + $"and g.grade = any({where.Value(Risks, NpgsqlDbType.Array | NpgsqlDbType.Text)}))");
        }

        if (LastActivityFrom is { } from)
        {
            where.Add($"{columns.Activity} >= {where.Value(from, NpgsqlDbType.Date)}");
        }

        if (LastActivityTo is { } to)
        {
            where.Add($"{columns.Activity} <= {where.Value(to, NpgsqlDbType.Date)} and {columns.Activity} > '-infinity'");
        }

        if (NeverActive)
        {
            where.Add($"{columns.Activity} = '-infinity'");
        }

        if (IdleMonths is { } months)
        {
            // The first bound is for the index; the second is the rule, which clamps to the end of a month.
            where.Add($"{columns.IdleSince} <= {where.Value(today.AddMonths(-months).AddDays(3), NpgsqlDbType.Date)}");
            where.Add(
                $"{columns.IdleSince} > '-infinity' and {columns.IdleSince} + make_interval(months => {where.Value(months, NpgsqlDbType.Integer)}) "
                + $"<= {where.Value(today, NpgsqlDbType.Date)}");
            if (columns.IdleOnlyIf is { } condition)
            {
                where.Add(condition);
            }
        }

        if (VolumeMinFen is { } min)
        {
            where.Add($"{columns.Volume} >= {where.Value(min, NpgsqlDbType.Bigint)}");
        }

        if (VolumeMaxFen is { } max)
        {
            where.Add($"{columns.Volume} <= {where.Value(max, NpgsqlDbType.Bigint)}");
        }
    }

    /// <summary>Whole calendar months from a date to another, as the idle clocks count them: clamped to the end of the month.</summary>
    public static int MonthsSince(DateOnly since, DateOnly today)
    {
        var months = ((today.Year - since.Year) * 12) + today.Month - since.Month;
        return Math.Max(0, since.AddMonths(months) <= today ? months : months - 1);
    }

    private static void AddAny(SqlConditions where, string column, string[]? values)
    {
        if (values is not null)
        {
            where.Add($"{column} = any({where.Value(values, NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        }
    }

    /// <summary>Asked for by itself, so that the list is planned for as many branches as there are.</summary>
    public static async Task<string[]> SubtreeAsync(NpgsqlConnection connection, string branch, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with recursive subtree as (
                select branch_code from branch where branch_code = $1
                union
                select b.branch_code from branch b join subtree s on b.parent_branch_code = s.branch_code
            )
            select coalesce(array_agg(branch_code), '{}') from subtree
            """,
            connection);
        command.Parameters.Add(new() { Value = branch });
        var codes = (string[])(await command.ExecuteScalarAsync(cancellationToken))!;
        return codes.Length > 0 ? codes : throw new RefusedException(ListRefusals.UnknownBranch(branch));
    }
}
