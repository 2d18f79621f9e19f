using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Alarms.Ask;

/// <summary>Notes that somebody looks after an alarm, at its present severity. It ends by itself all the same.</summary>
public sealed class AcknowledgeAlarm(NpgsqlDataSource database, AlarmList list, TimeProvider clock)
{
    public const int NoteCharsMax = 500;

    /// <summary>Refuses, in this order: a bad note, a key used for something else, an unknown alarm, an old version, one that is ended or acknowledged.</summary>
    internal async Task<Result<AlarmAnswer>> RunAsync(
        long alarmId, int version, string note, string actor, IdempotencyKey? key, CultureInfo language, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(note) || note.Length > NoteCharsMax)
        {
            return MerchantRefusals.Text("note", NoteCharsMax);
        }

        if (CardLikeText.Has(note))
        {
            return Refusal.Of(RefusalKind.Invalid, "merchant.card-in-text", new Detail("field", "note"));
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<AlarmAnswer>(connection, key, now, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        await using (var lockIt = new NpgsqlCommand("select from alarm where alarm_id = $1 for update", connection))
        {
            lockIt.Parameters.Add(new() { Value = alarmId });
            await lockIt.ExecuteNonQueryAsync(cancellationToken);
        }

        if (await list.FindAsync(connection, alarmId, language, cancellationToken) is not { } present)
        {
            return AlarmRefusals.Unknown(alarmId);
        }

        if (present.Version != version)
        {
            return IfMatch.Stale(version, present.Version);
        }

        if (present.EndedOn is { } ended)
        {
            return AlarmRefusals.Ended(ended);
        }

        if (present.State == "acknowledged")
        {
            return AlarmRefusals.Acknowledged(present.AcknowledgedBy!);
        }

        await using (var command = new NpgsqlCommand(
            """
            with noted as (
                update alarm set acknowledged_level = level, acknowledged_by = $2, acknowledged_at = $3, note = $4, version = version + 1
                where alarm_id = $1
                returning alarm_id, version, level, numbers
            )
            insert into alarm_step (alarm_id, version, act, on_date, level, numbers, note, actor, at)
            select alarm_id, version, 'acknowledge', $5, level, numbers, $4, $2, $3 from noted
            """,
            connection))
        {
            foreach (var value in (ReadOnlySpan<object>)[alarmId, actor, now, note, BusinessTime.Today(clock)])
            {
                command.Parameters.Add(new() { Value = value });
            }

            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        var noted = (await list.FindAsync(connection, alarmId, language, cancellationToken))!;
        var details = new { noted.AlarmId, noted.Kind, noted.MerchantNo, noted.Severity, noted.Version, note };
        await AuditLog.AppendAsync(connection, transaction, clock, actor, "alarm.acknowledge", $"{alarmId}", details, cancellationToken);
        await Outbox.AppendAsync(connection, "alarm.acknowledge", $"alarm-{alarmId}", noted.Version, details, now, cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, noted, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return noted;
    }
}
