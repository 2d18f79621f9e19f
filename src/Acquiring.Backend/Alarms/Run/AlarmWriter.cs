using Acquiring.Backend.Platform;
using Acquiring.Core.Alarms;
using Acquiring.Core.Merchants;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Alarms.Run;

/// <summary>One alarm to be raised, moved to another level, or ended.</summary>
/// <param name="AlarmId">Of one that is open; <c>null</c> raises.</param>
internal sealed record WrittenAlarm(
    long? AlarmId, AlarmSubject Subject, int? MerchantId, AlarmAct Act, AlarmSeverity Level, string Numbers, AlarmEnd? Why);

/// <summary>Writes what a part of a run decided, each alarm with its step and its word to others, in the transaction of the caller.</summary>
internal sealed class AlarmWriter(NpgsqlConnection connection, AlarmNight night, DateTime nowUtc)
{
    private const string Told =
        """
        insert into outbox_event (type, object_key, object_version, payload, at)
        select 'alarm.' || w.act, 'alarm-' || w.alarm_id, w.version,
               jsonb_strip_nulls(jsonb_build_object('alarmId', w.alarm_id, 'kind', w.kind, 'level', w.level, 'on', $1::date, 'merchantNo', m.merchant_no,
                                                    'bindingCaseId', w.binding_case_id, 'endReason', w.end_reason)), $2
        from written w
        left join merchant m using (merchant_id)
        order by w.alarm_id
        """;

    public async Task WriteAsync(IReadOnlyList<WrittenAlarm> alarms, CancellationToken cancellationToken)
    {
        await RaiseAsync([.. alarms.Where(a => a.AlarmId is null)], cancellationToken);
        await MoveAsync([.. alarms.Where(a => a.AlarmId is not null)], cancellationToken);
    }

    private async Task RaiseAsync(WrittenAlarm[] alarms, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            with written as (
                insert into alarm (kind, merchant_id, binding_case_id, level, raised_on, changed_on, numbers, policy_version)
                select kind, merchant_id, binding_case_id, level, $1, $1, numbers, $4
                from unnest($5, $6, $7, $8, $9) with ordinality n (kind, merchant_id, binding_case_id, level, numbers, no)
                order by no
                returning alarm_id, kind, merchant_id, binding_case_id, level, numbers, version, 'raise' as act, null::text as end_reason
            ), stepped as (
                insert into alarm_step (alarm_id, version, act, on_date, level, numbers, note, actor, at)
                select alarm_id, version, act, $1, level, numbers, '', $3, $2 from written
            )
            {Told}
            """,
            connection);
        Begin(command);
        command.Parameters.Add(new() { Value = night.PolicyVersion });
        command.Parameters.Add(new() { Value = Array.ConvertAll(alarms, a => AlarmWords.Of(a.Subject.Kind)) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(alarms, a => a.MerchantId), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        command.Parameters.Add(new() { Value = Array.ConvertAll(alarms, a => a.Subject.BindingCaseId), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        command.Parameters.Add(new() { Value = Array.ConvertAll(alarms, a => (short)a.Level) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(alarms, a => a.Numbers) });
        await RunAsync(command, alarms.Length, cancellationToken);
    }

    private async Task MoveAsync(WrittenAlarm[] alarms, CancellationToken cancellationToken)
    {
        // An alarm that ends keeps the numbers of its last level; its step has none of its own but why.
        await using var command = new NpgsqlCommand(
            $"""
            with written as (
                update alarm a set level = n.level, numbers = case when n.end_reason is null then n.numbers else a.numbers end, changed_on = $1,
                       ended_on = case when n.end_reason is not null then $1 end, end_reason = n.end_reason, version = a.version + 1,
                       policy_version = case when n.end_reason is null then $4 else a.policy_version end
                from unnest($5, $6, $7, $8, $9) n (alarm_id, act, level, numbers, end_reason)
                where a.alarm_id = n.alarm_id and a.ended_on is null
                returning a.alarm_id, a.kind, a.merchant_id, a.binding_case_id, a.level, n.numbers, a.version, n.act, n.end_reason
            ), stepped as (
                insert into alarm_step (alarm_id, version, act, on_date, level, numbers, note, actor, at)
                select alarm_id, version, act, $1, level, numbers, coalesce(end_reason, ''), $3, $2 from written
            )
            {Told}
            """,
            connection);
        Begin(command);
        command.Parameters.Add(new() { Value = night.PolicyVersion });
        command.Parameters.Add(new() { Value = Array.ConvertAll(alarms, a => a.AlarmId!.Value) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(alarms, a => MerchantRefusals.Word(a.Act)) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(alarms, a => (short)a.Level) });
        command.Parameters.Add(new() { Value = Array.ConvertAll(alarms, a => a.Numbers) });
        command.Parameters.Add(new()
        {
            Value = Array.ConvertAll(alarms, a => a.Why is { } why ? MerchantRefusals.Word(why) : null), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
        });
        await RunAsync(command, alarms.Length, cancellationToken);
    }

    private void Begin(NpgsqlCommand command)
    {
        command.Parameters.Add(new() { Value = night.Date });
        command.Parameters.Add(new() { Value = nowUtc });
        command.Parameters.Add(new() { Value = Actors.Operator });
    }

    private static async Task RunAsync(NpgsqlCommand command, int expected, CancellationToken cancellationToken)
    {
        if (expected > 0 && await command.ExecuteNonQueryAsync(cancellationToken) is var told && told < expected)
        {
            throw new InvalidOperationException($"of {expected} alarms {told} were there to be written");
        }
    }
}
