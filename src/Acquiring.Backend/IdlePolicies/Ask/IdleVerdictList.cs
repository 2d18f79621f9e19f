using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Acquiring.Backend.IdlePolicies.Run;
using Acquiring.Backend.Lists;
using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.IdlePolicies.Ask;

/// <param name="MerchantNo">Whom it worked for.</param>
/// <param name="Layer"><c>lowVolume</c> or <c>earlyWarning</c>.</param>
/// <param name="State"><c>found</c>, <c>exempt</c> or <c>clear</c>.</param>
/// <param name="Rule"><c>lowVolume</c>, <c>allTerminals</c>, <c>mostTerminals</c> or <c>anyTerminal</c>; none when it is clear.</param>
/// <param name="Since">Since when state and rule are these.</param>
/// <param name="Standing">It is the present answer of its layer, and not clear.</param>
/// <param name="Verdict">Numbers, evidence, and what would change it, as it was written down.</param>
public sealed record IdleVerdictRow(
    string TerminalNo, string MerchantNo, string MerchantName, string BranchCode, string Layer, DateOnly JudgedOn, string State, string? Rule,
    DateOnly Since, int PolicyVersion, bool Standing, JsonElement Verdict);

/// <summary>What the nights found, the latest first; a page at a time, or all of a filter.</summary>
public sealed class IdleVerdictList(NpgsqlDataSource database)
{
    internal static readonly IReadOnlyList<string> ExportParameterNames = ["terminalNo", "merchantNo", "layer", "state", "branch", "standing", "from", "to"];
    internal static readonly IReadOnlyList<string> ParameterNames = [.. ExportParameterNames, "cursor", "limit"];

    private static readonly string[] s_flags = ["true", "false"];

    internal async Task<Page<IdleVerdictRow>> PageAsync(ListParameters parameters, CancellationToken cancellationToken)
    {
        var limit = parameters.Number("limit", 1, PageRequest.LimitMax);
        var page = PageRequest.Of(parameters.Text("cursor", Cursor.LengthMax), (int?)limit, keyParts: 3).Value;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var where = await ConditionsAsync(parameters, connection, cancellationToken);
        if (!page.IsFirst)
        {
            if (!DateOnly.TryParseExact(page.After[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on)
                || !int.TryParse(page.After[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id) || !VerdictWords.Layers.Contains(page.After[2]))
            {
                throw new RefusedException(Cursor.Bad());
            }

            where.Add(
                $"(v.judged_on, v.terminal_id, v.layer) < ({where.Value(on, NpgsqlDbType.Date)}, {where.Value(id, NpgsqlDbType.Integer)}, {where.Value(page.After[2], NpgsqlDbType.Text)})");
        }

        var rows = new List<(IdleVerdictRow Row, int Id)>();
        await using var command = Command(connection, where, page.Limit + 1);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add((Read(reader), reader.GetInt32(12)));
        }

        var cut = page.Cut(rows, r => [$"{r.Row.JudgedOn:yyyy-MM-dd}", $"{r.Id}", r.Row.Layer]);
        return new([.. cut.Items.Select(r => r.Row)], cut.Next);
    }

    /// <summary>All of the filter, row by row as the database sends them.</summary>
    internal async IAsyncEnumerable<IdleVerdictRow> AllAsync(ListParameters parameters, [EnumeratorCancellation] CancellationToken cancellationToken)
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

    private static async Task<SqlConditions> ConditionsAsync(ListParameters parameters, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var where = new SqlConditions();
        if (parameters.Text("terminalNo") is { } terminalNo)
        {
            where.Add($"t.terminal_no = {where.Value(terminalNo, NpgsqlDbType.Text)}");
        }

        if (parameters.Text("merchantNo") is { } merchantNo)
        {
            where.Add($"m.merchant_no = {where.Value(merchantNo, NpgsqlDbType.Text)}");
        }

        AddAny(where, "v.layer", parameters.Words("layer", VerdictWords.Layers));
        AddAny(where, "v.state", parameters.Words("state", VerdictWords.States));
        if (parameters.RegistryText("branch") is { } branch)
        {
            AddAny(where, "m.branch_code", await ListFilter.SubtreeAsync(connection, branch, cancellationToken));
        }

        if (parameters.Word("standing", s_flags) is { } standing)
        {
            where.Add(standing == "true" ? "s.terminal_id is not null" : "s.terminal_id is null");
        }

        if (parameters.Date("from") is { } from)
        {
            where.Add($"v.judged_on >= {where.Value(from, NpgsqlDbType.Date)}");
        }

        if (parameters.Date("to") is { } to)
        {
            where.Add($"v.judged_on <= {where.Value(to, NpgsqlDbType.Date)}");
        }

        return where;
    }

    private static void AddAny(SqlConditions where, string column, string[]? words)
    {
        if (words is not null)
        {
            where.Add($"{column} = any({where.Value(words, NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        }
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, SqlConditions where, int? limit)
    {
        var command = new NpgsqlCommand(
            $"""
            select t.terminal_no, m.merchant_no, m.name, m.branch_code, v.layer, v.judged_on, v.state, v.rule, v.since, v.policy_version,
                   s.terminal_id is not null, v.document, v.terminal_id
            from idle_verdict v
            join terminal t using (terminal_id)
            join merchant m using (merchant_id)
            left join terminal_idle_verdict s on s.terminal_id = v.terminal_id and s.layer = v.layer and s.judged_on = v.judged_on
            {where.Where}
            order by v.judged_on desc, v.terminal_id desc, v.layer desc
            {(limit is { } rows ? $"limit {rows}" : "")}
            """,
            connection);
        where.Bind(command.Parameters);
        return command;
    }

    private static IdleVerdictRow Read(NpgsqlDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetFieldValue<DateOnly>(5), r.GetString(6),
        r.IsDBNull(7) ? null : r.GetString(7), r.GetFieldValue<DateOnly>(8), r.GetInt32(9), r.GetBoolean(10), JsonElement.Parse(r.GetString(11)));
}
