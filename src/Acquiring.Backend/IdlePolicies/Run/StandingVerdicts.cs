using Acquiring.Backend.Tiers.Run;
using Acquiring.Core.IdlePolicies;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.IdlePolicies.Run;

/// <summary>What stands against a terminal, as it was written down last.</summary>
internal sealed record StandingVerdict(int MerchantId, PolicyState State, string Rule, DateOnly Since, string Document);

/// <summary>Reads what stands.</summary>
internal static class StandingVerdicts
{
    private const string Columns = "s.terminal_id, s.layer, s.merchant_id, v.state, v.rule, v.since, v.document";
    private const string From = "terminal_idle_verdict s join idle_verdict v using (terminal_id, layer, judged_on)";

    public static Task<Dictionary<(int Terminal, PolicyLayer Layer), StandingVerdict>> OfTerminalsAsync(
        NpgsqlConnection connection, int[] terminals, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"select {Columns} from {From} where s.terminal_id = any($1)", connection);
        command.Parameters.Add(new() { Value = terminals });
        return ReadAsync(command, cancellationToken);
    }

    /// <summary>Of machines that worked for these merchants and work for nobody when the date ends.</summary>
    public static Task<Dictionary<(int Terminal, PolicyLayer Layer), StandingVerdict>> OfNobodyAsync(
        NpgsqlConnection connection, MerchantRange range, DateOnly on, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            select {Columns} from {From}
            where {range.Is("s.merchant_id")}
              and not exists (select from terminal_binding b where b.terminal_id = s.terminal_id and b.valid_from < $4 and b.valid_to >= $4)
            """,
            connection);
        range.Bind(command.Parameters);
        command.Parameters.Add(new() { Value = BusinessTime.EndOf(on) });
        return ReadAsync(command, cancellationToken);
    }

    private static async Task<Dictionary<(int, PolicyLayer), StandingVerdict>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var owned = command;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var standing = new Dictionary<(int, PolicyLayer), StandingVerdict>();
        while (await reader.ReadAsync(cancellationToken))
        {
            standing.Add((reader.GetInt32(0), VerdictWords.Layer(reader.GetString(1))), new(
                reader.GetInt32(2), VerdictWords.State(reader.GetString(3)), reader.GetString(4), reader.GetFieldValue<DateOnly>(5), reader.GetString(6)));
        }

        return standing;
    }
}
