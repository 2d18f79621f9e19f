using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.FollowUp;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.FollowUp.Tasks;

/// <summary>A task as it lies in the database.</summary>
/// <param name="Result">Of one that is done, how; of one that ended, why.</param>
internal sealed record StoredFollowUp(
    long Id, FollowUpKind Kind, int TerminalId, string TerminalNo, int MerchantId, string MerchantNo, DateOnly Since, string? Owner, DateOnly OpenedOn,
    DateOnly DueOn, FollowUpState State, string? Result, DateOnly? NextOn, int Version);

/// <summary>The rows of a task: its own and its steps, with the event of each.</summary>
internal static class FollowUpRows
{
    public static async Task<StoredFollowUp?> LockAsync(NpgsqlConnection connection, long id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select f.follow_up_id, f.kind, f.terminal_id, t.terminal_no, f.merchant_id, m.merchant_no, f.since, f.owner, f.opened_on, f.due_on, f.state,
                   f.result, f.next_on, f.version
            from follow_up f join terminal t using (terminal_id) join merchant m using (merchant_id)
            where f.follow_up_id = $1
            for update of f
            """,
            connection);
        command.Parameters.Add(new() { Value = id });
        await using var r = await command.ExecuteReaderAsync(cancellationToken);
        return await r.ReadAsync(cancellationToken)
            ? new(
                r.GetInt64(0), FollowUpWords.Read<FollowUpKind>(r.GetString(1)), r.GetInt32(2), r.GetString(3), r.GetInt32(4), r.GetString(5),
                r.GetFieldValue<DateOnly>(6), r.IsDBNull(7) ? null : r.GetString(7), r.GetFieldValue<DateOnly>(8), r.GetFieldValue<DateOnly>(9),
                FollowUpWords.Read<FollowUpState>(r.GetString(10)), r.IsDBNull(11) ? null : r.GetString(11),
                r.IsDBNull(12) ? null : r.GetFieldValue<DateOnly>(12), r.GetInt32(13))
            : null;
    }

    /// <summary>A new task; <c>null</c> when there is one about the same already.</summary>
    public static async Task<StoredFollowUp?> OpenAsync(
        NpgsqlConnection connection, StoredFollowUp task, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into follow_up (kind, terminal_id, merchant_id, since, owner, opened_on, due_on, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict on constraint follow_up_once do nothing
            returning follow_up_id
            """,
            connection);
        Add(command, FollowUpWords.Of(task.Kind), task.TerminalId, task.MerchantId, task.Since);
        command.Parameters.Add(new() { Value = (object?)task.Owner ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        Add(command, task.OpenedOn, task.DueOn, nowUtc);
        return await command.ExecuteScalarAsync(cancellationToken) is long id ? task with { Id = id, Version = 1 } : null;
    }

    public static async Task UpdateAsync(NpgsqlConnection connection, StoredFollowUp after, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            update follow_up set state = $3, owner = $4, result = $5, next_on = $6, due_on = $7, version = $2, changed_at = $8
            where follow_up_id = $1 and version = $2 - 1
            """,
            connection);
        Add(command, after.Id, after.Version, FollowUpWords.Of(after.State));
        command.Parameters.Add(new() { Value = (object?)after.Owner ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = (object?)after.Result ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = (object?)after.NextOn ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date });
        Add(command, after.DueOn, nowUtc);
        if (await command.ExecuteNonQueryAsync(cancellationToken) != 1)
        {
            throw new InvalidOperationException("a locked task changed under its lock");
        }
    }

    /// <summary>History and event of an act.</summary>
    /// <param name="act"><c>open</c>, or the word of an act.</param>
    /// <param name="businessDate">Of what a night does.</param>
    public static async Task TraceAsync(
        NpgsqlConnection connection, StoredFollowUp? before, StoredFollowUp after, string act, string why, string actor, DateOnly? businessDate, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        await using (var command = new NpgsqlCommand(
            """
            insert into follow_up_step (follow_up_id, version, act, to_state, why, actor, at, details, from_state, business_date)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            connection))
        {
            Add(command, after.Id, after.Version, act, FollowUpWords.Of(after.State), why, actor, nowUtc);
            command.Parameters.Add(new()
            {
                Value = JsonSerializer.Serialize(new { after.Owner, after.DueOn, after.Result }, PlatformJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb,
            });
            command.Parameters.Add(new() { Value = before is null ? DBNull.Value : FollowUpWords.Of(before.State), NpgsqlDbType = NpgsqlDbType.Text });
            command.Parameters.Add(new() { Value = (object?)businessDate ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await Outbox.AppendAsync(
            connection, $"followUp.{act}", $"{after.Id}", after.Version,
            new
            {
                followUpId = after.Id, kind = FollowUpWords.Of(after.Kind), after.TerminalNo, after.MerchantNo, after.Since, after.DueOn, after.Owner,
                state = FollowUpWords.Of(after.State), after.Result, actor,
            },
            nowUtc, cancellationToken);
    }

    private static void Add(NpgsqlCommand command, params IReadOnlyList<object> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
    }
}
