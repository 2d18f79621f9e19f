using Acquiring.Core.Scorecards;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Scorecards.Targets;

/// <summary>A target as it is now.</summary>
/// <param name="BranchCode">Of the branch with all below it; <c>null</c> where it is a manager's.</param>
/// <param name="Month">1 to 12; <c>null</c>: the whole year.</param>
/// <param name="Value">In the unit of the measure; <c>null</c>: withdrawn.</param>
/// <param name="Version">Its ETag; one higher with each change.</param>
public sealed record ScorecardTargetAnswer(
    string? BranchCode, string? ManagerCode, string Measure, string Unit, int Year, int? Month, long? Value, int Version, string SetBy, DateTimeOffset SetAt);

/// <summary>Reads targets: of each the latest version counts.</summary>
internal static class ScorecardTargets
{
    private const string Latest =
        """
        select distinct on (branch_code, manager_code, measure, year, month) branch_code, manager_code, measure, year, month, value, version, set_by, set_at
        from scorecard_target
        """;

    /// <summary>What is wanted of everybody in a period.</summary>
    public static async Task<IReadOnlyDictionary<(string Branch, string Manager, string Word), long>> OfAsync(
        NpgsqlConnection connection, ScorecardPeriod period, CancellationToken cancellationToken)
    {
        var wanted = new Dictionary<(string Branch, string Manager, string Word), long>();
        if (period.Months.Count == 0)
        {
            return wanted;
        }

        var found = new Dictionary<(string Branch, string Manager, string Word), Dictionary<int, long>>();
        await using var command = new NpgsqlCommand($"{Latest} where year = $1 order by 1, 2, 3, 4, 5, version desc", connection);
        command.Parameters.Add(new() { Value = period.From.Year });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!reader.IsDBNull(5))
            {
                var key = (reader.GetString(0), reader.GetString(1), reader.GetString(2));
                (found.TryGetValue(key, out var months) ? months : found[key] = []).Add(reader.GetInt32(4), reader.GetInt64(5));
            }
        }

        foreach (var (key, months) in found)
        {
            if (period.TargetOf(ScorecardWords.IsFlow(key.Word), months) is { } target)
            {
                wanted.Add(key, target);
            }
        }

        return wanted;
    }

    /// <param name="after">Branch, manager, measure, year and month of the last one seen; empty for the first page.</param>
    public static async Task<IReadOnlyList<ScorecardTargetAnswer>> PageAsync(
        NpgsqlConnection connection, string? branch, string? manager, int? year, IReadOnlyList<string> after, int rows, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            {Latest}
            where (@branch is null or branch_code = @branch) and (@manager is null or manager_code = @manager) and (@year is null or year = @year)
              and (not @go_on or (branch_code, manager_code, measure, year, month) > (@b, @m, @w, @y, @n))
            order by branch_code, manager_code, measure, year, month, version desc
            limit @rows
            """,
            connection);
        command.Parameters.Add(new("branch", NpgsqlDbType.Text) { Value = (object?)branch ?? DBNull.Value });
        command.Parameters.Add(new("manager", NpgsqlDbType.Text) { Value = (object?)manager ?? DBNull.Value });
        command.Parameters.Add(new("year", NpgsqlDbType.Integer) { Value = (object?)year ?? DBNull.Value });
        command.Parameters.Add(new("go_on", after.Count > 0));
        command.Parameters.Add(new("b", after.Count > 0 ? after[0] : ""));
        command.Parameters.Add(new("m", after.Count > 0 ? after[1] : ""));
        command.Parameters.Add(new("w", after.Count > 0 ? after[2] : ""));
        command.Parameters.Add(new("y", after.Count > 0 ? int.Parse(after[3]) : 0));
        command.Parameters.Add(new("n", after.Count > 0 ? int.Parse(after[4]) : 0));
        command.Parameters.Add(new("rows", rows));
        var targets = new List<ScorecardTargetAnswer>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            targets.Add(Read(reader));
        }

        return targets;
    }

    public static async Task<ScorecardTargetAnswer?> FindAsync(
        NpgsqlConnection connection, string branch, string manager, string measure, int year, int month, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            {Latest}
            where branch_code = $1 and manager_code = $2 and measure = $3 and year = $4 and month = $5
            order by branch_code, manager_code, measure, year, month, version desc
            """,
            connection);
        foreach (var value in (object[])[branch, manager, measure, year, month])
        {
            command.Parameters.Add(new() { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    private static ScorecardTargetAnswer Read(NpgsqlDataReader reader)
    {
        var (branch, manager, measure, month) = (reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(4));
        return new(
            branch.Length == 0 ? null : branch, manager.Length == 0 ? null : manager, measure, UnitOf(measure), reader.GetInt32(3), month == 0 ? null : month,
            reader.IsDBNull(5) ? null : reader.GetInt64(5), reader.GetInt32(6), reader.GetString(7), new DateTimeOffset(reader.GetDateTime(8), TimeSpan.Zero));
    }

    public static string UnitOf(string word) => ScorecardWords.Measure(word) is { } measure ? ScorecardWords.UnitOf(measure) : "perTenThousand";
}
