using Acquiring.Backend.Lists;
using Acquiring.Core.Refusals;
using Acquiring.Core.Scorecards;
using Npgsql;

namespace Acquiring.Backend.Scorecards.Ask;

/// <summary>Whose numbers are asked for, and of when.</summary>
/// <param name="Manager">Empty: those of nobody; <c>null</c>: everybody's.</param>
/// <param name="Parents">All branches and their parents, as they are now.</param>
internal sealed record ScorecardAsked(
    ScorecardPeriod Period, string? Branch, string? Manager, IReadOnlyDictionary<string, string?> Parents, IReadOnlyDictionary<string, string> Names)
{
    public const string Nobody = "(none)";

    public static IReadOnlyList<string> ParameterNames { get; } = ["from", "to", "branch", "manager"];

    /// <summary>Refuses, by <see cref="RefusedException"/>, in this order: what is no date, the period, an unknown branch, an unknown manager.</summary>
    public static async Task<ScorecardAsked> ReadAsync(ListParameters parameters, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (from, to) = (parameters.Date("from"), parameters.Date("to"));
        if (from is null || to is null || from > to || to.Value.DayNumber - from.Value.DayNumber >= ScorecardPeriod.DaysMax || from.Value.Year < 2000)
        {
            throw new RefusedException(ScorecardRefusals.Period(new(2000, 1, 1), new(2999, 12, 31), ScorecardPeriod.DaysMax));
        }

        var parents = new Dictionary<string, string?>(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        await using (var command = new NpgsqlCommand("select branch_code, parent_branch_code, name from branch", connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                parents.Add(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1));
                names.Add(reader.GetString(0), reader.GetString(2));
            }
        }

        var branch = parameters.RegistryText("branch");
        if (branch is not null && !parents.ContainsKey(branch))
        {
            throw new RefusedException(ScorecardRefusals.UnknownBranch(branch));
        }

        var manager = parameters.RegistryText("manager");
        if (manager is not (null or Nobody) && !await IsManagerAsync(connection, manager, cancellationToken))
        {
            throw new RefusedException(ScorecardRefusals.UnknownManager(manager));
        }

        return new(new(from.Value, to.Value), branch, manager == Nobody ? "" : manager, parents, names);
    }

    /// <summary>The branches whose rows are asked for; <c>null</c>: all.</summary>
    public string[]? Branches(bool own) => Branch is null ? null
        : own ? [Branch]
        : [.. Parents.Keys.Where(b => ScorecardSums.PartOf(b, Branch, Parents) is not null)];

    internal static async Task<bool> IsManagerAsync(NpgsqlConnection connection, string code, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select exists (select from account_manager where manager_code = $1)", connection);
        command.Parameters.Add(new() { Value = code });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
