using System.Globalization;
using System.Runtime.CompilerServices;
using Acquiring.Backend.Lists;
using Acquiring.Backend.Platform;
using Acquiring.Core.FollowUp;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.FollowUp.Tasks;

/// <param name="Since">What it is about: the last activity before the silence, or the date since which the volume is low.</param>
/// <param name="Owner">The code of an account manager; nothing is the branch.</param>
/// <param name="Overdue">Open and past its date.</param>
/// <param name="Result">Of one that is done, how; of one that ended by itself, why.</param>
/// <param name="Version">Hand it back, in quotation marks, in If-Match.</param>
public sealed record FollowUpRow(
    long FollowUpId, FollowUpKind Kind, FollowUpState State, string TerminalNo, string MerchantNo, string MerchantName, string BranchCode, DateOnly Since,
    string? Owner, DateOnly OpenedOn, DateOnly DueOn, bool Overdue, string? Result, int Version);

/// <summary>Tasks by branch, owner, kind, state and date, the earliest due first.</summary>
public sealed class FollowUpList(NpgsqlDataSource database, TimeProvider clock)
{
    internal static readonly IReadOnlyList<string> ExportParameterNames =
        ["branch", "owner", "kind", "state", "terminalNo", "merchantNo", "dueFrom", "dueTo"];

    internal static readonly IReadOnlyList<string> ParameterNames = [.. ExportParameterNames, "cursor", "limit"];

    internal async Task<Page<FollowUpRow>> PageAsync(ListParameters parameters, CancellationToken cancellationToken)
    {
        var limit = parameters.Number("limit", 1, PageRequest.LimitMax);
        var page = PageRequest.Of(parameters.Text("cursor", Cursor.LengthMax), (int?)limit, keyParts: 2).Value;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var where = await ConditionsAsync(parameters, connection, cancellationToken);
        if (!page.IsFirst)
        {
            if (!DateOnly.TryParseExact(page.After[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var due)
                || !long.TryParse(page.After[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                throw new RefusedException(Cursor.Bad());
            }

            where.Add($"(f.due_on, f.follow_up_id) > ({where.Value(due, NpgsqlDbType.Date)}, {where.Value(id, NpgsqlDbType.Bigint)})");
        }

        var rows = new List<FollowUpRow>();
        await using var command = Command(connection, where, page.Limit + 1);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(Read(reader));
        }

        return page.Cut(rows, r => [$"{r.DueOn:yyyy-MM-dd}", $"{r.FollowUpId}"]);
    }

    internal async IAsyncEnumerable<FollowUpRow> AllAsync(ListParameters parameters, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = Command(connection, await ConditionsAsync(parameters, connection, cancellationToken), null);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return Read(reader);
        }
    }

    internal async Task<FollowUpRow?> FindAsync(NpgsqlConnection connection, long id, CancellationToken cancellationToken)
    {
        var where = new SqlConditions();
        where.Add($"f.follow_up_id = {where.Value(id, NpgsqlDbType.Bigint)}");
        await using var command = Command(connection, where, 1);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    private static async Task<SqlConditions> ConditionsAsync(ListParameters parameters, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var where = new SqlConditions();
        if (parameters.RegistryText("branch") is { } branch)
        {
            Any(where, "m.branch_code", await ListFilter.SubtreeAsync(connection, branch, cancellationToken));
        }

        Is(where, "f.owner", parameters.RegistryText("owner"));
        Any(where, "f.kind", parameters.Words("kind", FollowUpWords.Kinds));
        Any(where, "f.state", parameters.Words("state", FollowUpWords.States));
        Is(where, "t.terminal_no", parameters.Text("terminalNo"));
        Is(where, "m.merchant_no", parameters.Text("merchantNo"));
        if (parameters.Date("dueFrom") is { } from)
        {
            where.Add($"f.due_on >= {where.Value(from, NpgsqlDbType.Date)}");
        }

        if (parameters.Date("dueTo") is { } to)
        {
            where.Add($"f.due_on <= {where.Value(to, NpgsqlDbType.Date)}");
        }

        return where;
    }

    private static void Is(SqlConditions where, string column, string? text)
    {
        if (text is not null)
        {
            where.Add($"{column} = {where.Value(text, NpgsqlDbType.Text)}");
        }
    }

    private static void Any(SqlConditions where, string column, string[]? words)
    {
        if (words is not null)
        {
            where.Add($"{column} = any({where.Value(words, NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        }
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, SqlConditions where, int? limit)
    {
        var today = where.Value(BusinessTime.Today(clock), NpgsqlDbType.Date);
        var command = new NpgsqlCommand(
            $"""
            select f.follow_up_id, f.kind, f.state, t.terminal_no, m.merchant_no, m.name, m.branch_code, f.since, f.owner, f.opened_on, f.due_on,
                   f.state = 'open' and f.due_on < {today}, f.result, f.version
            from follow_up f
            join terminal t using (terminal_id)
            join merchant m using (merchant_id)
            {where.Where}
            order by f.due_on, f.follow_up_id
            {(limit is { } rows ? $"limit {rows}" : "")}
            """,
            connection);
        where.Bind(command.Parameters);
        return command;
    }

    private static FollowUpRow Read(NpgsqlDataReader r) => new(
        r.GetInt64(0), FollowUpWords.Read<FollowUpKind>(r.GetString(1)), FollowUpWords.Read<FollowUpState>(r.GetString(2)), r.GetString(3), r.GetString(4),
        r.GetString(5), r.GetString(6), r.GetFieldValue<DateOnly>(7), r.IsDBNull(8) ? null : r.GetString(8), r.GetFieldValue<DateOnly>(9),
        r.GetFieldValue<DateOnly>(10), r.GetBoolean(11), r.IsDBNull(12) ? null : r.GetString(12), r.GetInt32(13));
}
