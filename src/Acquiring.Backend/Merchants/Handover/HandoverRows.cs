using System.Text.Json;
using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Merchants.Handover;

/// <summary>The rows of a handover.</summary>
internal static class HandoverRows
{
    /// <summary>What the first request under the id was answered, <c>null</c> when there was none.</summary>
    public static async Task<Result<HandoverDone?>> FirstAsync(
        NpgsqlConnection connection, Guid handoverId, byte[] fingerprint, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select fingerprint, answer from merchant_handover where handover_id = $1", connection);
        command.Parameters.Add(new() { Value = handoverId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return (HandoverDone?)null;
        }

        return reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(fingerprint)
            ? JsonSerializer.Deserialize<HandoverDone>(reader.GetString(1), PlatformJson.Options)
            : Refusal.Of(RefusalKind.Rule, "handover.differs", new Detail("id", $"{handoverId}"));
    }

    /// <summary>The hands asked for, with their branch.</summary>
    public static async Task<Result<CareParty>> ToAsync(NpgsqlConnection connection, CareParty to, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select (select branch_code from account_manager where manager_code = $1 and active),
                   exists (select from branch where branch_code = $2)
            """,
            connection);
        command.Parameters.Add(new() { Value = to.ManagerCode ?? "" });
        command.Parameters.Add(new() { Value = to.BranchCode ?? "" });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var home = reader.IsDBNull(0) ? null : reader.GetString(0);
        return to.ManagerCode is { } manager && home is null ? ManagerRefusals.Unknown(manager)
            : to.BranchCode is { } branch && !reader.GetBoolean(1) ? ManagerRefusals.UnknownBranch(branch)
            : to.BranchCode is { } other && home is not null && other != home
                ? Refusal.Of(
                    RefusalKind.Rule, "handover.manager-elsewhere", new Detail("manager", to.ManagerCode!), new Detail("branch", home))
            : to with { BranchCode = to.BranchCode ?? home };
    }

    /// <summary>The merchants asked for that exist, locked in the order of their keys.</summary>
    public static async Task<List<CaredMerchant>> LockAsync(
        NpgsqlConnection connection, HandOverMerchantsRequest request, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            with asked as materialized (
                select m.merchant_id
                from merchant m
                left join merchant_care c on c.merchant_id = m.merchant_id and not c.voided and c.valid_to = 'infinity'
                where case when @all then m.state <> 'closed' and (@manager is null or c.manager_code = @manager)
                                          and (@branch is null or m.branch_code = @branch)
                           else m.merchant_no = any(@merchantNos) end
                limit {HandOverMerchantsRequest.MerchantsMax + 1}
            ), locked as materialized (
                select m.merchant_id, m.merchant_no, m.state, m.version, m.branch_code
                from merchant m join asked using (merchant_id) order by m.merchant_id for update of m
            )
            select l.merchant_no, l.state, l.version, c.manager_code, l.branch_code, coalesce(c.valid_from, '-infinity')
            from locked l
            left join merchant_care c on c.merchant_id = l.merchant_id and not c.voided and c.valid_to = 'infinity'
            order by l.merchant_id
            """,
            connection);
        command.Parameters.Add(new("all", request.AllOfFrom));
        command.Parameters.Add(new("manager", NpgsqlDbType.Text) { Value = (object?)request.From?.ManagerCode ?? DBNull.Value });
        command.Parameters.Add(new("branch", NpgsqlDbType.Text) { Value = (object?)request.From?.BranchCode ?? DBNull.Value });
        command.Parameters.Add(new("merchantNos", (request.MerchantNos ?? []).ToArray()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var merchants = new List<CaredMerchant>();
        while (await reader.ReadAsync(cancellationToken))
        {
            merchants.Add(new(
                reader.GetString(0), MerchantRows.StateOf(reader.GetString(1)), reader.GetInt32(2), reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.GetString(4), reader.GetFieldValue<DateOnly>(5)));
        }

        return merchants;
    }

    public static async Task SaveAsync(
        NpgsqlConnection connection, string[] merchantNos, HandOverMerchantsRequest request, CareParty to, DateOnly on, string actor,
        DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select hand_over_merchant(m.merchant_id, @on, m.branch_code, @manager, @branch, @id)
            from merchant m where m.merchant_no = any(@merchantNos) order by m.merchant_id;
            with moved as (
                update merchant m
                set version = version + 1, changed_at = @now, branch_code = @branch,
                    imported_branch_code = case when branch_code <> @branch then coalesce(imported_branch_code, branch_code)
                                                else imported_branch_code end
                where merchant_no = any(@merchantNos)
                returning m.merchant_id, m.merchant_no, m.version, m.state
            ), stepped as (
                insert into merchant_step (merchant_id, version, act, from_state, to_state, why, actor, at, details)
                select merchant_id, version, 'handOver', state, state, @why, @actor, @now, @details from moved order by merchant_id
            )
            insert into outbox_event (type, object_key, object_version, payload, at)
            select 'merchant.handOver', merchant_no, version,
                   jsonb_build_object('merchantNo', merchant_no, 'version', version, 'actor', @actor, 'details', @details), @now
            from moved order by merchant_id
            """,
            connection);
        command.Parameters.Add(new("on", on));
        command.Parameters.Add(new("manager", NpgsqlDbType.Text) { Value = (object?)to.ManagerCode ?? DBNull.Value });
        command.Parameters.Add(new("branch", to.BranchCode!));
        command.Parameters.Add(new("id", request.HandoverId));
        command.Parameters.Add(new("merchantNos", merchantNos));
        command.Parameters.Add(new("now", nowUtc));
        command.Parameters.Add(new("why", request.Why!));
        command.Parameters.Add(new("actor", actor));
        command.Parameters.Add(new("details", NpgsqlDbType.Jsonb)
        {
            Value = JsonSerializer.Serialize(
                new { request.HandoverId, to.ManagerCode, to.BranchCode, effectiveOn = on }, PlatformJson.Options),
        });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task KeepAsync(
        NpgsqlConnection connection, HandoverDone done, byte[] fingerprint, string actor, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "insert into merchant_handover (handover_id, fingerprint, answer, actor, at) values ($1, $2, $3, $4, $5)", connection);
        command.Parameters.Add(new() { Value = done.HandoverId });
        command.Parameters.Add(new() { Value = fingerprint });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(done, PlatformJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = actor });
        command.Parameters.Add(new() { Value = nowUtc });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
