using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Alarms;
using Acquiring.Core.Merchants;
using Npgsql;

namespace Acquiring.Backend.Alarms.Run;

/// <summary>What became of a part of a run.</summary>
internal sealed record AlarmBlockResult(int Judged, IReadOnlyList<WrittenAlarm> Written);

/// <summary>
/// Holds the causes of a range of merchants against the alarms that are open, and writes what differs: memory is that of one range.
/// </summary>
internal static class AlarmBlock
{
    /// <summary>In the transaction of the caller; a dry run writes nothing. Done before, it does nothing.</summary>
    public static async Task<AlarmBlockResult> RunAsync(
        NpgsqlConnection connection, AlarmNight night, AlarmPolicy policy, AlarmCalendar calendar, int blockNo, bool dryRun, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (await IsDoneAsync(connection, night.Date, blockNo, cancellationToken))
        {
            return new(0, []);
        }

        var (from, end) = (blockNo * AlarmNight.BlockSize, (blockNo + 1) * AlarmNight.BlockSize);
        var causes = new AlarmCauses(connection, night, policy, calendar, from, end);
        await causes.ReadAsync(cancellationToken);
        var written = await DecideAsync(connection, causes, from, end, cancellationToken);
        if (!dryRun)
        {
            var now = clock.GetUtcNow().UtcDateTime;
            await new AlarmWriter(connection, night, now).WriteAsync(written, cancellationToken);
            await FinishAsync(connection, night, blockNo, causes.Judged, written, clock, cancellationToken);
        }

        return new(causes.Judged, written);
    }

    private static async Task<List<WrittenAlarm>> DecideAsync(
        NpgsqlConnection connection, AlarmCauses causes, int from, int end, CancellationToken cancellationToken)
    {
        var open = new HashSet<AlarmSubject>();
        var written = new List<WrittenAlarm>();
        await using (var command = new NpgsqlCommand(
            """
            select alarm_id, kind, merchant_id, binding_case_id, level
            from alarm
            where ended_on is null and (binding_case_id is null and merchant_id >= $1 and merchant_id < $2 or $1 = 0 and binding_case_id is not null)
            order by alarm_id
            """,
            connection))
        {
            command.Parameters.Add(new() { Value = from });
            command.Parameters.Add(new() { Value = end });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var (kind, level) = (AlarmWords.Kind(reader.GetString(1)), (AlarmSeverity)reader.GetInt16(4));
                int? merchantId = reader.IsDBNull(2) ? null : reader.GetInt32(2);
                int? caseId = reader.IsDBNull(3) ? null : reader.GetInt32(3);
                var subject = new AlarmSubject(kind, caseId is null ? merchantId : null, caseId);
                open.Add(subject);
                var cause = causes.Found.GetValueOrDefault(subject);
                if (causes.Judges(kind) && AlarmChange.Of(level, cause?.Level) is { } act)
                {
                    written.Add(cause is null
                        ? new(reader.GetInt64(0), subject, merchantId, act, level, "{}", causes.WhyEnded(subject))
                        : new(reader.GetInt64(0), subject, merchantId, act, cause.Level, AlarmNumbers.Json(cause.Numbers), null));
                }
            }
        }

        foreach (var (subject, cause) in causes.Found.Where(c => !open.Contains(c.Key)).OrderBy(c => c.Key.Kind).ThenBy(c => c.Key.MerchantId ?? c.Key.BindingCaseId))
        {
            written.Add(new(null, subject, cause.MerchantId, AlarmAct.Raise, cause.Level, AlarmNumbers.Json(cause.Numbers), null));
        }

        return written;
    }

    /// <summary>Waits for whoever does the same part now.</summary>
    private static async Task<bool> IsDoneAsync(NpgsqlConnection connection, DateOnly date, int blockNo, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"select pg_advisory_xact_lock({DatabaseLocks.AlarmBlocks}, {blockNo})"),
                new("select exists (select from alarm_block_run where block_no = $1 and business_date = $2)"),
            },
        };
        batch.BatchCommands[1].Parameters.Add(new() { Value = blockNo });
        batch.BatchCommands[1].Parameters.Add(new() { Value = date });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetBoolean(0);
    }

    private static async Task FinishAsync(
        NpgsqlConnection connection, AlarmNight night, int blockNo, int judged, List<WrittenAlarm> written, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        await using (var command = new NpgsqlCommand(
            "insert into alarm_block_run (block_no, business_date, judged, written, done_at) values ($1, $2, $3, $4, $5)", connection))
        {
            foreach (var value in (ReadOnlySpan<object>)[blockNo, night.Date, judged, written.Count, clock.GetUtcNow().UtcDateTime])
            {
                command.Parameters.Add(new() { Value = value });
            }

            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        if (written.Count > 0)
        {
            var acts = written.GroupBy(w => w.Act).OrderBy(g => g.Key).ToDictionary(g => MerchantRefusals.Word(g.Key), g => g.Count());
            await AuditLog.AppendAsync(
                connection, null!, clock, Actors.Operator, "alarms.judge", $"{night.Date:yyyy-MM-dd}", new { block = blockNo, judged, acts }, cancellationToken);
        }
    }
}
