using System.Globalization;
using System.Runtime.CompilerServices;
using Acquiring.Backend.Lists;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Core.Removal;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Removal.Orders;

/// <param name="Rank">Of one that waits for its branch's budget: its place, from 1.</param>
/// <param name="FirstOn">The business date of the night that found it first.</param>
/// <param name="ProposedOn">The business date it was proposed for.</param>
/// <param name="EndedWhy">Of one that was withdrawn: <c>soldAgain</c>, <c>taskOver</c> or <c>orderTakenBack</c>; of others what people said.</param>
/// <param name="LastMachine">The merchant has no other that is no spare and on no way out.</param>
/// <param name="Rent">Of twelve months, saved.</param>
/// <param name="Sim">Of twelve months, saved.</param>
/// <param name="Commission">Of the last twelve months, lost.</param>
/// <param name="Benefit">Rent and SIM less the commission.</param>
/// <param name="Version">Hand it back, in quotation marks, in If-Match.</param>
public sealed record RemovalRow(
    long RemovalId, RemovalState State, string TerminalNo, string SerialNo, string Model, string MerchantNo, string MerchantName, string BranchCode, long FollowUpId,
    int? Rank, DateOnly FirstOn, DateOnly? ProposedOn, DateOnly? EndedOn, string? EndedWhy, bool LastMachine, Money Rent, Money Sim, Money Commission, Money Benefit,
    IReadOnlyList<RemovalAct> LegalActs, int Version);

/// <summary>Removals by branch, state, machine and merchant, the greatest benefit first.</summary>
public sealed class RemovalList(NpgsqlDataSource database)
{
    internal static readonly IReadOnlyList<string> ExportParameterNames = ["branch", "state", "terminalNo", "merchantNo"];
    internal static readonly IReadOnlyList<string> ParameterNames = [.. ExportParameterNames, "cursor", "limit"];

    private static readonly string[] s_states = [.. Enum.GetValues<RemovalState>().Select(RemovalRows.Word)];

    internal async Task<Page<RemovalRow>> PageAsync(ListParameters parameters, CancellationToken cancellationToken)
    {
        var limit = parameters.Number("limit", 1, PageRequest.LimitMax);
        var page = PageRequest.Of(parameters.Text("cursor", Cursor.LengthMax), (int?)limit, keyParts: 2).Value;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var where = await ConditionsAsync(parameters, connection, cancellationToken);
        if (!page.IsFirst)
        {
            if (!long.TryParse(page.After[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var benefit)
                || !long.TryParse(page.After[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                throw new RefusedException(Cursor.Bad());
            }

            where.Add($"(-r.benefit_fen, r.removal_id) > (-{where.Value(benefit, NpgsqlDbType.Bigint)}, {where.Value(id, NpgsqlDbType.Bigint)})");
        }

        var rows = new List<RemovalRow>();
        await using var command = Command(connection, where, page.Limit + 1);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(Read(reader));
        }

        return page.Cut(rows, r => [$"{r.Benefit.AmountFen}", $"{r.RemovalId}"]);
    }

    internal async IAsyncEnumerable<RemovalRow> AllAsync(ListParameters parameters, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = Command(connection, await ConditionsAsync(parameters, connection, cancellationToken), null);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return Read(reader);
        }
    }

    internal static async Task<RemovalRow?> FindAsync(NpgsqlConnection connection, long id, CancellationToken cancellationToken)
    {
        var where = new SqlConditions();
        where.Add($"r.removal_id = {where.Value(id, NpgsqlDbType.Bigint)}");
        await using var command = Command(connection, where, 1);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    private static async Task<SqlConditions> ConditionsAsync(ListParameters parameters, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var where = new SqlConditions();
        if (parameters.RegistryText("branch") is { } branch)
        {
            var codes = await ListFilter.SubtreeAsync(connection, branch, cancellationToken);
            where.Add($"m.branch_code = any({where.Value(codes, NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        }

        if (parameters.Words("state", s_states) is { } states)
        {
            where.Add($"r.state = any({where.Value(states, NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        }

        if (parameters.Text("terminalNo") is { } terminalNo)
        {
            where.Add($"t.terminal_no = {where.Value(terminalNo, NpgsqlDbType.Text)}");
        }

        if (parameters.Text("merchantNo") is { } merchantNo)
        {
            where.Add($"m.merchant_no = {where.Value(merchantNo, NpgsqlDbType.Text)}");
        }

        return where;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, SqlConditions where, int? limit)
    {
        var command = new NpgsqlCommand(
            $"""
            select r.removal_id, r.state, t.terminal_no, t.serial_no, t.model, m.merchant_no, m.name, m.branch_code, r.follow_up_id, r.rank, r.first_on, r.proposed_on,
                   r.ended_on, r.ended_why, r.last_machine, r.rent_fen, r.sim_fen, r.commission_fen, r.benefit_fen, r.version
            from removal r
            join terminal t using (terminal_id)
            join merchant m on m.merchant_id = r.merchant_id
            {where.Where}
            order by -r.benefit_fen, r.removal_id
            {(limit is { } rows ? $"limit {rows}" : "")}
            """,
            connection);
        where.Bind(command.Parameters);
        return command;
    }

    private static RemovalRow Read(NpgsqlDataReader r)
    {
        var state = Enum.Parse<RemovalState>(r.GetString(1), ignoreCase: true);
        return new(
            r.GetInt64(0), state, r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6), r.GetString(7), r.GetInt64(8),
            r.IsDBNull(9) ? null : r.GetInt32(9), r.GetFieldValue<DateOnly>(10), Date(11), Date(12), r.IsDBNull(13) ? null : r.GetString(13), r.GetBoolean(14),
            new(r.GetInt64(15)), new(r.GetInt64(16)), new(r.GetInt64(17)), new(r.GetInt64(18)), RemovalStanding.LegalActs(state), r.GetInt32(19));

        DateOnly? Date(int column) => r.IsDBNull(column) ? null : r.GetFieldValue<DateOnly>(column);
    }
}
