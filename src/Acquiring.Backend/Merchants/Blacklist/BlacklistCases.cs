using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;
using Acquiring.Core.Merchants;
using Acquiring.Core.Merchants.Blacklist;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Merchants.Blacklist;

public enum BlacklistCaseState
{
    Open = 1,

    /// <summary>The merchant was closed.</summary>
    Cleared,

    /// <summary>It is somebody else.</summary>
    Dismissed,
}

/// <param name="Field">Of the merchant or of the application it came in by.</param>
/// <param name="Value">Masked.</param>
/// <param name="StillListed">Whether the list still has it.</param>
public sealed record BlacklistCaseMatch(
    int EntryId, string Field, BlacklistKind Kind, string Value, string Source, DateOnly ListedOn, string Reason, bool StillListed);

/// <summary>A merchant that was found on the blacklist.</summary>
/// <param name="DueOn">The last day on which it is cleared in time.</param>
/// <param name="Overdue">It is open, and that day is over.</param>
/// <param name="Document">The evidence of a dismissal.</param>
/// <param name="Version">Hand it back, in quotation marks, in If-Match.</param>
public sealed record BlacklistCaseAnswer(
    int BlacklistCaseId, string MerchantNo, string MerchantName, string BranchCode, DateOnly FoundOn, DateOnly DueOn, bool Overdue, BlacklistCaseState State,
    IReadOnlyList<BlacklistCaseMatch> Matches, string Why, string Document, string? DecidedBy, DateTimeOffset? DecidedAt, int Version);

public sealed record BlacklistCaseStepAnswer(int Version, string Act, string Why, JsonNode Details, string Actor, DateTimeOffset At);

/// <summary>What stands on a list.</summary>
/// <param name="Value">Masked: what is listed can be compared, not read.</param>
/// <param name="RemovedAt">When a later list did not have it any more.</param>
public sealed record BlacklistEntryAnswer(
    int EntryId, BlacklistKind Kind, string Value, DateOnly ListedOn, string Reason, string Source, DateTimeOffset AddedAt, DateTimeOffset? RemovedAt);

/// <summary>Reads cases and entries.</summary>
public sealed class BlacklistCases(NpgsqlDataSource database)
{
    private const string Select =
        """
        select c.blacklist_case_id, m.merchant_no, m.name, m.branch_code, c.found_on, c.due_on, c.state, c.why, c.document, c.decided_by, c.decided_at,
               c.version,
               (select jsonb_agg(jsonb_build_object('entryId', e.blacklist_entry_id, 'field', x.field, 'kind', e.kind, 'value', e.value_masked,
                                                    'source', e.source, 'listedOn', e.listed_on, 'reason', e.reason,
                                                    'stillListed', e.removed_at is null) order by x.field, e.blacklist_entry_id)
                from blacklist_case_match x join blacklist_entry e using (blacklist_entry_id)
                where x.blacklist_case_id = c.blacklist_case_id)::text
        from blacklist_case c
        join merchant m using (merchant_id)
        """;

    internal async Task<BlacklistCaseAnswer?> FindAsync(int caseId, DateOnly today, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, caseId, today, cancellationToken);
    }

    internal static async Task<BlacklistCaseAnswer?> FindAsync(
        NpgsqlConnection connection, int caseId, DateOnly today, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"{Select} where c.blacklist_case_id = $1", connection);
        command.Parameters.Add(new() { Value = caseId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader, today) : null;
    }

    /// <summary>The oldest first.</summary>
    internal async Task<IReadOnlyList<BlacklistCaseAnswer>> ListAsync(
        BlacklistCaseState? state, bool? overdue, string? merchantNo, DateOnly today, long after, int rows, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            {Select}
            where c.blacklist_case_id > $1 and ($2 is null or c.state = $2) and ($3 is null or (c.state = 'open' and c.due_on < $5) = $3)
              and ($4 is null or m.merchant_no = $4)
            order by c.blacklist_case_id
            limit $6
            """);
        Add(command, NpgsqlDbType.Bigint, after);
        Add(command, NpgsqlDbType.Text, state is { } s ? MerchantRefusals.Word(s) : null);
        Add(command, NpgsqlDbType.Boolean, overdue);
        Add(command, NpgsqlDbType.Text, merchantNo);
        Add(command, NpgsqlDbType.Date, today);
        Add(command, NpgsqlDbType.Integer, rows);
        var cases = new List<BlacklistCaseAnswer>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            cases.Add(Read(reader, today));
        }

        return cases;
    }

    /// <summary>The first first.</summary>
    internal async Task<IReadOnlyList<BlacklistCaseStepAnswer>> HistoryAsync(int caseId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select version, act, why, details::text, actor, at from blacklist_case_step where blacklist_case_id = $1 order by version");
        Add(command, NpgsqlDbType.Integer, caseId);
        var steps = new List<BlacklistCaseStepAnswer>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            steps.Add(new(
                reader.GetInt32(0), reader.GetString(1), reader.GetString(2), JsonNode.Parse(reader.GetString(3))!, reader.GetString(4),
                new(reader.GetDateTime(5))));
        }

        return steps;
    }

    internal async Task<IReadOnlyList<BlacklistEntryAnswer>> EntriesAsync(
        BlacklistKind? kind, string? source, long after, int rows, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select blacklist_entry_id, kind, value_masked, listed_on, reason, source, added_at, removed_at
            from blacklist_entry
            where blacklist_entry_id > $1 and ($2 is null or kind = $2) and ($3 is null or source = $3)
            order by blacklist_entry_id
            limit $4
            """);
        Add(command, NpgsqlDbType.Bigint, after);
        Add(command, NpgsqlDbType.Text, kind is { } k ? MerchantRefusals.Word(k) : null);
        Add(command, NpgsqlDbType.Text, source);
        Add(command, NpgsqlDbType.Integer, rows);
        var entries = new List<BlacklistEntryAnswer>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(new(
                reader.GetInt32(0), Enum.Parse<BlacklistKind>(reader.GetString(1), ignoreCase: true), reader.GetString(2),
                reader.GetFieldValue<DateOnly>(3), reader.GetString(4), reader.GetString(5), new(reader.GetDateTime(6)),
                reader.IsDBNull(7) ? null : new DateTimeOffset(reader.GetDateTime(7))));
        }

        return entries;
    }

    private static BlacklistCaseAnswer Read(NpgsqlDataReader reader, DateOnly today)
    {
        var (dueOn, state) = (reader.GetFieldValue<DateOnly>(5), Enum.Parse<BlacklistCaseState>(reader.GetString(6), ignoreCase: true));
        return new(
            reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetFieldValue<DateOnly>(4), dueOn,
            state == BlacklistCaseState.Open && dueOn < today, state,
            System.Text.Json.JsonSerializer.Deserialize<BlacklistCaseMatch[]>(reader.GetString(12), PlatformJson.Options)!,
            reader.GetString(7), reader.GetString(8), reader.IsDBNull(9) ? null : reader.GetString(9),
            reader.IsDBNull(10) ? null : new DateTimeOffset(reader.GetDateTime(10)), reader.GetInt32(11));
    }

    private static void Add(NpgsqlCommand command, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
}
