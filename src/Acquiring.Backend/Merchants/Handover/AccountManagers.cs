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

    private async Task<AccountManagerAnswer?> OneAsync(string code, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"select {Columns} from account_manager a where manager_code = $1");
        command.Parameters.Add(new() { Value = code });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), reader.GetInt32(3), reader.GetInt32(4))
            : null;
    }

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

        int? present;
        await using (var read = new NpgsqlCommand("select version from account_manager where manager_code = $1 for update", connection))
        {
            read.Parameters.Add(new() { Value = code });
            present = await read.ExecuteScalarAsync(cancellationToken) as int?;
        }

        if (version is null && present is not null
            && await OneAsync(code, cancellationToken) is { Active: true } same && same.BranchCode == branchCode)
        {
            return same;
        }

        if (version is null != present is null)
        {
            return version is null ? ManagerRefusals.Taken(code) : ManagerRefusals.Unknown(code);
        }

        if (version is { } given && given != present)
        {
            return IfMatch.Stale(given, present!.Value);
        }

        var next = (version ?? 0) + 1;
        await using (var save = new NpgsqlCommand(
            $"""
            insert into account_manager as a (manager_code, branch_code, active, version, changed_at) values ($1, $2, $3, $4, $5)
            on conflict on constraint account_manager_pk do update
                set branch_code = excluded.branch_code, active = excluded.active, version = excluded.version, changed_at = excluded.changed_at
            """,
            connection))
        {
            foreach (var value in (ReadOnlySpan<object>)[code, branchCode, active, next, now])
            {
                save.Parameters.Add(new() { Value = value });
            }

            await save.ExecuteNonQueryAsync(cancellationToken);
        }

        var answer = new AccountManagerAnswer(code, branchCode, active, next, 0);
        await AuditLog.AppendAsync(connection, transaction, clock, actor, "accountManager.save", code, new { branchCode, active, version = next }, cancellationToken);
        await Outbox.AppendAsync(connection, "accountManager.save", code, next, new { code, branchCode, active, version = next }, now, cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, answer, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return answer;
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
