using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Acquiring.Backend.Lists;
using Acquiring.Backend.Platform;
using Acquiring.Core.Alarms;
using Acquiring.Core.Texts;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Alarms.Ask;

/// <summary>Alarms, the latest first: a page at a time, all of a filter, or one with its history.</summary>
public sealed class AlarmList(NpgsqlDataSource database, TimeProvider clock, TextCatalog texts)
{
    internal static readonly IReadOnlyList<string> ExportParameterNames =
        ["kind", "severity", "state", "merchantNo", "branch", "manager", "from", "to", "on"];

    internal static readonly IReadOnlyList<string> ParameterNames = [.. ExportParameterNames, "cursor", "limit"];

    private static readonly Dictionary<string, string> s_states = new(StringComparer.Ordinal)
    {
        ["open"] = "a.ended_on is null and coalesce(a.acknowledged_level, 0) < a.level",
        ["acknowledged"] = "a.ended_on is null and a.acknowledged_level >= a.level",
        ["ended"] = "a.ended_on is not null",
    };

    internal async Task<Page<AlarmAnswer>> PageAsync(ListParameters parameters, CultureInfo language, CancellationToken cancellationToken)
    {
        var limit = parameters.Number("limit", 1, PageRequest.LimitMax);
        var cursor = parameters.Text("cursor", Cursor.LengthMax);
        var page = PageRequest.Of(cursor, (int?)limit).Value;
        var rows = new List<AlarmAnswer>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var where = await ConditionsAsync(parameters, connection, cancellationToken);
        if (Cursor.ReadNumber(cursor).Value is { } before)
        {
            where.Add($"a.alarm_id < {where.Value(before, NpgsqlDbType.Bigint)}");
        }

        await using var command = Command(connection, where, page.Limit + 1);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(Read(reader, language));
        }

        return page.Cut(rows, r => [$"{r.AlarmId}"]);
    }

    /// <summary>All of the filter, row by row as the database sends them.</summary>
    internal async IAsyncEnumerable<AlarmAnswer> AllAsync(
        ListParameters parameters, CultureInfo language, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = Command(connection, await ConditionsAsync(parameters, connection, cancellationToken), null);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return Read(reader, language);
        }
    }

    internal async Task<AlarmAnswer?> FindAsync(long alarmId, CultureInfo language, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, alarmId, language, cancellationToken);
    }

    internal async Task<AlarmAnswer?> FindAsync(NpgsqlConnection connection, long alarmId, CultureInfo language, CancellationToken cancellationToken)
    {
        var where = new SqlConditions();
        where.Add($"a.alarm_id = {where.Value(alarmId, NpgsqlDbType.Bigint)}");
        AlarmAnswer? found = null;
        await using (var command = Command(connection, where, 1))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            found = await reader.ReadAsync(cancellationToken) ? Read(reader, language) : null;
        }

        if (found is null)
        {
            return null;
        }

        var steps = new List<AlarmStepAnswer>();
        await using var history = new NpgsqlCommand(
            "select version, act, on_date, level, note, actor, at from alarm_step where alarm_id = $1 order by version", connection);
        history.Parameters.Add(new() { Value = alarmId });
        await using var rows = await history.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            steps.Add(new(
                rows.GetInt32(0), rows.GetString(1), rows.GetFieldValue<DateOnly>(2), (AlarmSeverity)rows.GetInt16(3), rows.GetString(4),
                rows.GetString(5), new(rows.GetDateTime(6))));
        }

        return found with { Steps = steps };
    }

    private static async Task<SqlConditions> ConditionsAsync(ListParameters parameters, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var where = new SqlConditions();
        if (parameters.Words("kind", AlarmWords.Kinds) is { } kinds)
        {
            where.Add($"a.kind = any({where.Value(kinds, NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        }

        if (parameters.Words("severity", AlarmWords.Severities) is { } severities)
        {
            var levels = severities.Select(s => (short)(AlarmWords.Severities.ToList().IndexOf(s) + 1)).ToArray();
            where.Add($"a.level = any({where.Value(levels, NpgsqlDbType.Array | NpgsqlDbType.Smallint)})");
        }

        if (parameters.Words("state", AlarmWords.States) is { } states)
        {
            where.Add($"({string.Join(" or ", states.Select(s => s_states[s]))})");
        }

        if (parameters.Text("merchantNo") is { } merchantNo)
        {
            where.Add($"m.merchant_no = {where.Value(merchantNo, NpgsqlDbType.Text)}");
        }

        if (parameters.RegistryText("branch") is { } branch)
        {
            var branches = await ListFilter.SubtreeAsync(connection, branch, cancellationToken);
            where.Add($"m.branch_code = any({where.Value(branches, NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        }

        if (parameters.RegistryText("manager") is { } manager)
        {
            where.Add($"c.manager_code = {where.Value(manager, NpgsqlDbType.Text)}");
        }

        AddDate(parameters, where, "from", "a.raised_on >= {0}");
        AddDate(parameters, where, "to", "a.raised_on <= {0}");
        AddDate(parameters, where, "on", "a.raised_on <= {0} and coalesce(a.ended_on, 'infinity') > {0}");
        return where;
    }

    private static void AddDate(ListParameters parameters, SqlConditions where, string name, string condition)
    {
        if (parameters.Date(name) is { } date)
        {
            where.Add(string.Format(CultureInfo.InvariantCulture, condition, where.Value(date, NpgsqlDbType.Date)));
        }
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, SqlConditions where, int? limit)
    {
        var today = where.Value(BusinessTime.Today(clock), NpgsqlDbType.Date);
        var command = new NpgsqlCommand(
            $"""
            select a.alarm_id, a.kind, a.level, coalesce(a.acknowledged_level >= a.level, false), m.merchant_no, m.name, m.branch_code, c.manager_code,
                   a.binding_case_id, a.raised_on, a.changed_on, a.ended_on, a.end_reason, a.numbers, a.policy_version, a.acknowledged_by, a.acknowledged_at,
                   a.note, a.version
            from alarm a
            left join merchant m using (merchant_id)
            left join merchant_care c on c.merchant_id = m.merchant_id and not c.voided and c.valid_from <= {today} and c.valid_to > {today}
            {where.Where}
            order by a.alarm_id desc
            {(limit is { } rows ? $"limit {rows}" : "")}
            """,
            connection);
        where.Bind(command.Parameters);
        return command;
    }

    private AlarmAnswer Read(NpgsqlDataReader r, CultureInfo language)
    {
        var (kind, numbers) = (r.GetString(1), JsonElement.Parse(r.GetString(13)));
        return new(
            r.GetInt64(0), AlarmWords.Kind(kind), (AlarmSeverity)r.GetInt16(2), r.IsDBNull(11) ? r.GetBoolean(3) ? "acknowledged" : "open" : "ended",
            TextOrNull(r, 4), TextOrNull(r, 5), TextOrNull(r, 6), TextOrNull(r, 7), r.IsDBNull(8) ? null : r.GetInt32(8),
            r.GetFieldValue<DateOnly>(9), r.GetFieldValue<DateOnly>(10), r.IsDBNull(11) ? null : r.GetFieldValue<DateOnly>(11), TextOrNull(r, 12), numbers,
            AlarmSentences.Of(texts, language, "says", kind, numbers), AlarmEvidences.Of(kind, TextOrNull(r, 4), r.GetString(13)), AlarmSentences.Of(texts, language, "ends", kind, numbers), r.GetInt32(14),
            TextOrNull(r, 15), r.IsDBNull(16) ? null : new DateTimeOffset(r.GetDateTime(16)), r.GetString(17), r.GetInt32(18), null);
    }

    private static string? TextOrNull(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
