using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Merchants.Groups;

/// <summary>An act on a group.</summary>
/// <param name="Version">The version it is based on; 0 where the group is made.</param>
internal sealed record GroupAct(string Code, string Act, int Version, string Actor, IdempotencyKey? Key, object Details);

/// <summary>Makes and changes groups and their members: each act one transaction with audit, event and the request's key.</summary>
public sealed class ChangeGroup(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>
    /// Refuses, in this order: code, name and kind, a key used for something else, a code that is taken by another. The same group again is there
    /// already, so a retried request is harmless.
    /// </summary>
    internal async Task<Result<MerchantGroupAnswer>> CreateAsync(
        CreateMerchantGroupRequest request, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var code = request.Code ?? "";
        if (GroupRefusals.Check(code, request.Name, request.Kind) is { } bad)
        {
            return bad;
        }

        var made = new MerchantGroupAnswer(code, request.Kind, request.Name!, 1);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<MerchantGroupAnswer>(connection, key, now, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        // Waits for whoever makes the same one now.
        var isNew = await ExecuteAsync(
            connection,
            """
            insert into merchant_group (group_code, kind, name, changed_at) values ($1, $2, $3, $4)
            on conflict on constraint merchant_group_pk do nothing
            """,
            cancellationToken, code, MerchantRefusals.Word(request.Kind), request.Name!, now) == 1;
        var group = isNew ? made : await LockAsync(connection, code, cancellationToken);
        if (group is null || (group.Kind, group.Name) != (made.Kind, made.Name))
        {
            return GroupRefusals.Taken(code);
        }

        if (!isNew)
        {
            await IdempotencyStore.AnswerAsync(connection, key, group, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return group;
        }

        return await SaveAsync(
            connection, transaction, new(code, "create", 0, actor, key, new { request.Kind, request.Name }), group, now, cancellationToken);
    }

    /// <summary>Refuses, in this order: the name, a key used for something else, an unknown group, an old version.</summary>
    internal async Task<Result<MerchantGroupAnswer>> ChangeAsync(
        string code, ChangeMerchantGroupRequest request, int version, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (GroupRefusals.Check(code, request.Name, request.Kind) is { } bad)
        {
            return bad;
        }

        return await RunAsync(new(code, "change", version, actor, key, new { request.Kind, request.Name }), async (connection, now, group) =>
        {
            await ExecuteAsync(
                connection, "update merchant_group set kind = $2, name = $3 where group_code = $1", cancellationToken, code,
                MerchantRefusals.Word(request.Kind), request.Name!);
            return group with { Kind = request.Kind, Name = request.Name! };
        }, cancellationToken);
    }

    /// <summary>As <see cref="ChangeAsync"/>; then an unknown merchant, and one that belongs to it on the date or later already.</summary>
    internal Task<Result<MerchantGroupAnswer>> AddAsync(
        string code, AddGroupMemberRequest request, int version, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var (merchantNo, from) = (request.MerchantNo ?? "", request.From ?? BusinessTime.Today(clock));
        return GroupRefusals.CheckFrom(from) is { } bad ? Task.FromResult<Result<MerchantGroupAnswer>>(bad) : RunAsync(new(code, "addMember", version, actor, key, new { merchantNo, from }), async (connection, now, group) =>
        {
            if (await MerchantRows.LockAsync(connection, merchantNo, cancellationToken) is not { } merchant)
            {
                return MerchantRefusals.Unknown(merchantNo);
            }

            return await ExecuteAsync(
                connection,
                """
                insert into merchant_group_member (group_code, merchant_id, valid_from, added_by, added_at)
                select $1, $2, $3, $4, $5
                where not exists (select from merchant_group_member
                                  where group_code = $1 and merchant_id = $2 and not voided and valid_to > $3)
                """,
                cancellationToken, code, merchant.MerchantId, from, actor, now) == 1
                ? group
                : GroupRefusals.AlreadyIn(code, merchantNo);
        }, cancellationToken);
    }

    /// <summary>As <see cref="ChangeAsync"/>, after why; then a merchant that does not belong to it on the date or later.</summary>
    internal async Task<Result<MerchantGroupAnswer>> RemoveAsync(
        string code, string merchantNo, RemoveGroupMemberRequest request, int version, string actor, IdempotencyKey? key,
        CancellationToken cancellationToken)
    {
        var (on, why) = (request.On ?? BusinessTime.Today(clock), request.Why ?? "");
        if (string.IsNullOrWhiteSpace(why) || why.Length > MerchantStep.TextLengthMax)
        {
            return MerchantRefusals.Text("why", MerchantStep.TextLengthMax);
        }

        if (CardLikeText.Has(why))
        {
            return Refusal.Of(RefusalKind.Invalid, "merchant.card-in-text", new Detail("field", "why"));
        }

        return await RunAsync(new(code, "removeMember", version, actor, key, new { merchantNo, on, why }), async (connection, now, group) =>
            await ExecuteAsync(
                connection,
                """
                update merchant_group_member g
                set voided = valid_from >= $3, valid_to = case when valid_from >= $3 then valid_to else $3 end,
                    removed_by = $4, removed_at = $5, why_removed = $6
                from merchant m
                where m.merchant_id = g.merchant_id and m.merchant_no = $2 and g.group_code = $1 and not g.voided and g.valid_to > $3
                """,
                cancellationToken, code, merchantNo, on, actor, now, why) > 0
                ? group
                : GroupRefusals.NotIn(code, merchantNo), cancellationToken);
    }

    private async Task<Result<MerchantGroupAnswer>> RunAsync(
        GroupAct act, Func<NpgsqlConnection, DateTime, MerchantGroupAnswer, Task<Result<MerchantGroupAnswer>>> change, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<MerchantGroupAnswer>(connection, act.Key, now, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        var present = await LockAsync(connection, act.Code, cancellationToken);
        if (present is null)
        {
            return GroupRefusals.Unknown(act.Code);
        }

        if (present.Version != act.Version)
        {
            return IfMatch.Stale(act.Version, present.Version);
        }

        var result = await change(connection, now, present);
        return result.Accepted(out var group, out var refusal)
            ? await SaveAsync(connection, transaction, act, group, now, cancellationToken)
            : refusal;
    }

    private async Task<MerchantGroupAnswer> SaveAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, GroupAct act, MerchantGroupAnswer group, DateTime now,
        CancellationToken cancellationToken)
    {
        group = group with { Version = act.Version + 1 };
        await ExecuteAsync(
            connection, "update merchant_group set version = $2, changed_at = $3 where group_code = $1", cancellationToken, act.Code, group.Version, now);
        await AuditLog.AppendAsync(
            connection, transaction, clock, act.Actor, $"merchantGroup.{act.Act}", act.Code, new { group.Version, act.Details }, cancellationToken);
        await Outbox.AppendAsync(
            connection, $"merchantGroup.{act.Act}", act.Code, group.Version, new { act.Code, group.Version, act.Actor, act.Details }, now, cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, act.Key, group, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return group;
    }

    private static async Task<MerchantGroupAnswer?> LockAsync(NpgsqlConnection connection, string code, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select kind, name, version from merchant_group where group_code = $1 for update", connection);
        command.Parameters.Add(new() { Value = code });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(code, GroupReader.KindOf(reader.GetString(0)), reader.GetString(1), reader.GetInt32(2))
            : null;
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
