using Acquiring.Core.IdlePolicies;
using Npgsql;

namespace Acquiring.Backend.IdlePolicies.Policies;

/// <summary>A policy with the version that names it.</summary>
internal sealed record VersionedPolicy(int Version, IdlePolicy Policy);

/// <summary>Which policy each branch has on a date.</summary>
internal sealed class PolicyCalendar(IReadOnlyDictionary<string, VersionedPolicy> byBranch)
{
    public VersionedPolicy Of(string branch) => byBranch[branch];

    /// <summary>Idle days at which any answer may change.</summary>
    public IEnumerable<int> Thresholds => byBranch.Values.DistinctBy(p => p.Version).SelectMany(p => p.Policy.Thresholds());

    public static async Task<PolicyCalendar> LoadAsync(NpgsqlConnection connection, DateOnly on, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select b.branch_code, b.version, p.content from idle_policies_on($1) b join idle_policy p using (version)", connection);
        command.Parameters.Add(new() { Value = on });
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>As the last night judged by it.</summary>
    public static async Task<PolicyCalendar> LastJudgedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select b.branch_code, b.version, p.content from idle_branch_policy b join idle_policy p using (version)", connection);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary><c>null</c> when there is no such version.</summary>
    public static async Task<IdlePolicyContent?> ContentAsync(NpgsqlConnection connection, int version, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select content from idle_policy where version = $1", connection);
        command.Parameters.Add(new() { Value = version });
        return await command.ExecuteScalarAsync(cancellationToken) is string json ? IdlePolicyContent.Parse(json) : null;
    }

    private static async Task<PolicyCalendar> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var byBranch = new Dictionary<string, VersionedPolicy>(StringComparer.Ordinal);
        var known = new Dictionary<int, VersionedPolicy>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var version = reader.GetInt32(1);
            if (!known.TryGetValue(version, out var policy))
            {
                known[version] = policy = new(version, IdlePolicyContent.Parse(reader.GetString(2)).ToPolicy());
            }

            byBranch.Add(reader.GetString(0), policy);
        }

        return new(byBranch);
    }
}
