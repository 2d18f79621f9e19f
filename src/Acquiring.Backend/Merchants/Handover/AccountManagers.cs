using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Npgsql;

namespace Acquiring.Backend.Merchants.Handover;

internal static class ManagerRefusals
{
    public static Refusal Unknown(string code) => Refusal.Of(RefusalKind.NotFound, "manager.unknown", new Detail("manager", Short(code)));

    public static Refusal UnknownBranch(string code) => Refusal.Of(RefusalKind.NotFound, "manager.unknown-branch", new Detail("branch", Short(code)));

    public static Refusal BadCode(string code) => Refusal.Of(RefusalKind.Invalid, "manager.code", new Detail("manager", Short(code)));

    public static Refusal Taken(string code) => Refusal.Of(RefusalKind.Conflict, "manager.taken", new Detail("manager", code));

    private static string Short(string code) => code.Length > 40 ? code[..40] : code;
}

/// <param name="ManagerCode">The staff code, 1 to 40 letters, digits, dots, hyphens or underscores; never a name.</param>
public sealed record CreateAccountManagerRequest(string? ManagerCode, string? BranchCode);

/// <param name="Active">One who is not takes no more merchants; the merchants stay until they are handed over.</param>
public sealed record ChangeAccountManagerRequest(string? BranchCode, bool Active);

/// <param name="Merchants">How many merchants are in these hands now.</param>
public sealed record AccountManagerAnswer(string ManagerCode, string BranchCode, bool Active, int Version, int Merchants);

/// <param name="From"><c>null</c>: before anything else is known.</param>
/// <param name="To">The first date of other hands.</param>
public sealed record MerchantCareAnswer(DateOnly? From, DateOnly? To, string? ManagerCode, string BranchCode, Guid? HandoverId);

/// <summary>Account managers by code, and in whose hands a merchant was when.</summary>
public sealed class AccountManagers(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Columns =
        """
        a.manager_code, a.branch_code, a.active, a.version,
        (select count(*)::int from merchant_care c where c.manager_code = a.manager_code and c.valid_to = 'infinity' and not c.voided)
        """;

    public async Task<IReadOnlyList<AccountManagerAnswer>> ListAsync(string after, int rows, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"select {Columns} from account_manager a where manager_code > $1 order by 1 limit $2");
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = rows });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var managers = new List<AccountManagerAnswer>();
        while (await reader.ReadAsync(cancellationToken))
        {
            managers.Add(new(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), reader.GetInt32(3), reader.GetInt32(4)));
        }

        return managers;
    }

    private static async Task<AccountManagerAnswer?> LockAsync(NpgsqlConnection connection, string code, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select {Columns} from account_manager a where manager_code = $1 for update of a", connection);
        command.Parameters.Add(new() { Value = code });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), reader.GetInt32(3), reader.GetInt32(4))
            : null;
    }

    /// <summary>
    /// Made again as it is, a manager is answered as it is; made again otherwise it is refused, whoever came first.
    /// </summary>
    /// <param name="version">The version it is based on; <c>null</c> makes a new one.</param>
    public async Task<Result<AccountManagerAnswer>> SaveAsync(
        string code, string branchCode, bool active, int? version, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (!RegistryCells.IsCode(code))
        {
            return ManagerRefusals.BadCode(code);
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<AccountManagerAnswer>(connection, key, now, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        await using (var look = new NpgsqlCommand("select exists (select from branch where branch_code = $1)", connection))
        {
            look.Parameters.Add(new() { Value = branchCode });
            if (!(bool)(await look.ExecuteScalarAsync(cancellationToken))!)
            {
                return ManagerRefusals.UnknownBranch(branchCode);
            }
        }

        // One that is being made by another is waited for, and is there then.
        var made = version is null && await AddAsync(connection, code, branchCode, now, cancellationToken);
        if (await LockAsync(connection, code, cancellationToken) is not { } present)
        {
            return ManagerRefusals.Unknown(code);
        }

        if (version is null && !made)
        {
            return present.Active && present.BranchCode == branchCode ? present : ManagerRefusals.Taken(code);
        }

        if (version is { } given && given != present.Version)
        {
            return IfMatch.Stale(given, present.Version);
        }

        var next = made ? present.Version : present.Version + 1;
        if (!made)
        {
            await using var save = new NpgsqlCommand(
                "update account_manager set branch_code = $2, active = $3, version = $4, changed_at = $5 where manager_code = $1", connection);
            foreach (var value in (ReadOnlySpan<object>)[code, branchCode, active, next, now])
            {
                save.Parameters.Add(new() { Value = value });
            }

            await save.ExecuteNonQueryAsync(cancellationToken);
        }

        var answer = present with { BranchCode = branchCode, Active = active, Version = next };
        await AuditLog.AppendAsync(connection, transaction, clock, actor, "accountManager.save", code, new { branchCode, active, version = next }, cancellationToken);
        await Outbox.AppendAsync(connection, "accountManager.save", code, next, new { code, branchCode, active, version = next }, now, cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, answer, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return answer;
    }

    /// <summary>Whether it was not there before.</summary>
    private static async Task<bool> AddAsync(
        NpgsqlConnection connection, string code, string branchCode, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var insert = new NpgsqlCommand(
            """
            insert into account_manager (manager_code, branch_code, active, version, changed_at) values ($1, $2, true, 1, $3)
            on conflict on constraint account_manager_pk do nothing
            """,
            connection);
        insert.Parameters.Add(new() { Value = code });
        insert.Parameters.Add(new() { Value = branchCode });
        insert.Parameters.Add(new() { Value = nowUtc });
        return await insert.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>In order of the dates; empty where nobody was ever named.</summary>
    public async Task<IReadOnlyList<MerchantCareAnswer>> OfMerchantAsync(string merchantNo, DateOnly? on, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select c.valid_from, c.valid_to, c.manager_code, c.branch_code, c.handover_id
            from merchant m
            join merchant_care c using (merchant_id)
            where m.merchant_no = $1 and not c.voided and ($2::date is null or (c.valid_from <= $2 and $2 < c.valid_to))
            order by c.valid_from
            """);
        command.Parameters.Add(new() { Value = merchantNo });
        command.Parameters.Add(new() { Value = (object?)on ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Date });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<MerchantCareAnswer>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var (from, to) = (reader.GetFieldValue<DateOnly>(0), reader.GetFieldValue<DateOnly>(1));
            rows.Add(new(
                from == DateOnly.MinValue ? null : from, to == DateOnly.MaxValue ? null : to, reader.IsDBNull(2) ? null : reader.GetString(2),
                reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetGuid(4)));
        }

        return rows;
    }
}
