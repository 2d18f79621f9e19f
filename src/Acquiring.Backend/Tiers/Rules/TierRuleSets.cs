using Acquiring.Core.Tiers;
using Npgsql;

namespace Acquiring.Backend.Tiers.Rules;

/// <summary>Reads rule sets and from when each counts.</summary>
internal static class TierRuleSets
{
    /// <summary>The version in force on a business date. There always is one.</summary>
    public static async Task<int> VersionOnAsync(NpgsqlConnection connection, DateOnly on, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select version from tier_rule_adoption where effective_from <= $1 order by effective_from desc limit 1", connection);
        command.Parameters.Add(new() { Value = on });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary><c>null</c> when there is no such version.</summary>
    public static async Task<TierRuleSetContent?> ContentAsync(NpgsqlConnection connection, int version, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select content from tier_rule_set where version = $1", connection);
        command.Parameters.Add(new() { Value = version });
        return await command.ExecuteScalarAsync(cancellationToken) is string json ? TierRuleSetContent.Parse(json) : null;
    }

    public static async Task<TierRuleSet> LoadAsync(NpgsqlConnection connection, int version, CancellationToken cancellationToken) =>
        (await ContentAsync(connection, version, cancellationToken))!.ToRules();

    /// <summary>All tiers that any version names, in order.</summary>
    public static async Task<IReadOnlyList<string>> TierCodesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select coalesce(array_agg(distinct r ->> 'tier' order by r ->> 'tier'), '{}')
            from tier_rule_set, jsonb_array_elements(content::jsonb -> 'rules') r
            """,
            connection);
        return (string[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
