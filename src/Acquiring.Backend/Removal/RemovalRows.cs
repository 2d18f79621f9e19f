using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Merchants;
using Acquiring.Core.Removal;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Removal;

/// <summary>A removal as it lies in the database.</summary>
internal sealed record StoredRemoval(
    long Id, long FollowUpId, int Round, int TerminalId, string TerminalNo, int MerchantId, string MerchantNo, string BranchCode, RemovalState State, int? Rank,
    DateOnly FirstOn, DateOnly? ProposedOn, DateOnly? EndedOn, string? EndedWhy, bool LastMachine, RemovalBenefit Benefit, int Version)
{
    /// <summary>After an act.</summary>
    public StoredRemoval Next(RemovalState state) => this with { State = state, Rank = state == RemovalState.Waiting ? Rank : null, Version = Version + 1 };

    /// <summary>After an act that ends it.</summary>
    public StoredRemoval End(RemovalState state, DateOnly on, string why) => Next(state) with { EndedOn = on, EndedWhy = why };
}

/// <summary>The rows of a removal: its own and its steps, with the event of each.</summary>
internal static class RemovalRows
{
    public const string LiveSql = "('waiting', 'kept', 'proposed', 'ordered')";

    private const string Columns =
        """
        r.removal_id, r.follow_up_id, r.round, r.terminal_id, t.terminal_no, r.merchant_id, m.merchant_no, r.branch_code, r.state, r.rank, r.first_on,
               r.proposed_on, r.ended_on, r.ended_why, r.last_machine, r.rent_fen, r.sim_fen, r.commission_fen, r.version
        from removal r join terminal t using (terminal_id) join merchant m on m.merchant_id = r.merchant_id
        """;

    public static string Word<T>(T value)
        where T : struct, Enum => MerchantRefusals.Word(value);

    /// <summary>Locked, in the order of their numbers.</summary>
    public static async Task<List<StoredRemoval>> LockAsync(
        NpgsqlConnection connection, string condition, CancellationToken cancellationToken, params IReadOnlyList<object> values)
    {
        await using var command = new NpgsqlCommand($"select {Columns} where {condition} order by r.removal_id for update of r", connection) { CommandTimeout = 0 };
        Add(command, values);
        await using var r = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<StoredRemoval>();
        while (await r.ReadAsync(cancellationToken))
        {
            found.Add(new(
                r.GetInt64(0), r.GetInt64(1), r.GetInt32(2), r.GetInt32(3), r.GetString(4), r.GetInt32(5), r.GetString(6), r.GetString(7),
                Enum.Parse<RemovalState>(r.GetString(8), ignoreCase: true), r.IsDBNull(9) ? null : r.GetInt32(9), r.GetFieldValue<DateOnly>(10),
                Date(r, 11), Date(r, 12), r.IsDBNull(13) ? null : r.GetString(13), r.GetBoolean(14), new(r.GetInt64(15), r.GetInt64(16), r.GetInt64(17)),
                r.GetInt32(18)));
        }

        return found;
    }

    public static async Task<StoredRemoval?> LockAsync(NpgsqlConnection connection, long id, CancellationToken cancellationToken) =>
        (await LockAsync(connection, "r.removal_id = $1", cancellationToken, id)).FirstOrDefault();

    /// <returns>With its number.</returns>
    public static async Task<StoredRemoval> InsertAsync(NpgsqlConnection connection, StoredRemoval removal, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into removal (follow_up_id, round, terminal_id, merchant_id, branch_code, state, first_on, last_machine, rent_fen, sim_fen, commission_fen,
                                 benefit_fen, changed_at, rank, proposed_on)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            returning removal_id
            """,
            connection);
        Add(
            command, removal.FollowUpId, removal.Round, removal.TerminalId, removal.MerchantId, removal.BranchCode, Word(removal.State), removal.FirstOn,
            removal.LastMachine, removal.Benefit.RentFen, removal.Benefit.SimFen, removal.Benefit.CommissionFen, removal.Benefit.Fen, nowUtc);
        Add(command, NpgsqlDbType.Integer, removal.Rank);
        Add(command, NpgsqlDbType.Date, removal.ProposedOn);
        return removal with { Id = (long)(await command.ExecuteScalarAsync(cancellationToken))! };
    }

    public static async Task UpdateAsync(NpgsqlConnection connection, StoredRemoval removal, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            update removal set state = $2, last_machine = $3, rent_fen = $4, sim_fen = $5, commission_fen = $6, benefit_fen = $7, version = $8, changed_at = $9,
                               branch_code = $10, rank = $11, proposed_on = $12, ended_on = $13, ended_why = $14
            where removal_id = $1
            """,
            connection);
        Add(
            command, removal.Id, Word(removal.State), removal.LastMachine, removal.Benefit.RentFen, removal.Benefit.SimFen, removal.Benefit.CommissionFen,
            removal.Benefit.Fen, removal.Version, nowUtc, removal.BranchCode);
        Add(command, NpgsqlDbType.Integer, removal.Rank);
        Add(command, NpgsqlDbType.Date, removal.ProposedOn);
        Add(command, NpgsqlDbType.Date, removal.EndedOn);
        Add(command, NpgsqlDbType.Text, removal.EndedWhy);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>History and event of an act.</summary>
    /// <param name="businessDate">Of what a night does.</param>
    public static async Task TraceAsync(
        NpgsqlConnection connection, RemovalState? before, StoredRemoval after, RemovalAct act, string why, string actor, DateOnly? businessDate, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        await using (var command = new NpgsqlCommand(
            """
            insert into removal_step (removal_id, version, act, to_state, why, actor, at, from_state, business_date) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            connection))
        {
            Add(command, after.Id, after.Version, Word(act), Word(after.State), why, actor, nowUtc);
            Add(command, NpgsqlDbType.Text, before is { } b ? Word(b) : null);
            Add(command, NpgsqlDbType.Date, businessDate);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await Outbox.AppendAsync(
            connection, $"removal.{Word(act)}", $"{after.Id}", after.Version,
            new
            {
                removalId = after.Id, after.TerminalNo, after.MerchantNo, after.BranchCode, state = Word(after.State), after.LastMachine, benefitFen = after.Benefit.Fen,
                why, actor,
            },
            nowUtc, cancellationToken);
    }

    internal static void Add(NpgsqlCommand command, params IReadOnlyList<object> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
    }

    internal static void Add(NpgsqlCommand command, NpgsqlDbType type, object? value) => command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });

    private static DateOnly? Date(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateOnly>(column);
}
