using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Acquiring.Backend.Lists;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Tiers.Rules;
using Acquiring.Backend.Tiers.Run;
using Acquiring.Core.Refusals;
using Acquiring.Core.Tiers;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Tiers.Ask;

/// <param name="Move"><c>first</c>, <c>promotion</c>, <c>demotion</c>, <c>changed</c> or <c>lost</c>.</param>
/// <param name="Reasons">What moved it: <c>mcc</c>, <c>attribute</c>, <c>township</c>, <c>group</c>, <c>ruleSet</c>, <c>firstGrade</c>, <c>activityUp</c>, <c>activityDown</c>.</param>
/// <param name="Outcome"><c>tier</c>, <c>notEnoughEvidence</c> or <c>none</c>.</param>
/// <param name="Grade"><c>a</c> to <c>d</c>; nothing before the first judging in the tier.</param>
/// <param name="Decision">Rule, evidence, what is missing and what would change it, as it was written down.</param>
public sealed record TierDecisionRow(
    string MerchantNo, string MerchantName, string BranchCode, string Dimension, DateOnly JudgedOn, string Move, IReadOnlyList<string> Reasons,
    string Outcome, string? Tier, string? Class, string? Grade, DateOnly Since, int RuleSetVersion, JsonElement Decision);

/// <summary>What the runs decided, the latest first; a page at a time, or all of a filter.</summary>
public sealed class TierDecisionList(NpgsqlDataSource database)
{
    internal static readonly IReadOnlyList<string> ExportParameterNames = ["merchantNo", "tier", "dimension", "move", "branch", "from", "to"];
    internal static readonly IReadOnlyList<string> ParameterNames = [.. ExportParameterNames, "cursor", "limit"];

    internal async Task<Page<TierDecisionRow>> PageAsync(ListParameters parameters, CancellationToken cancellationToken)
    {
        var limit = parameters.Number("limit", 1, PageRequest.LimitMax);
        var page = PageRequest.Of(parameters.Text("cursor", Cursor.LengthMax), (int?)limit, keyParts: 3).Value;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var where = await ConditionsAsync(parameters, connection, cancellationToken);
        if (!page.IsFirst)
        {
            if (!DateOnly.TryParseExact(page.After[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on)
                || !int.TryParse(page.After[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id) || !TierWords.Dimensions.Contains(page.After[2]))
            {
                throw new RefusedException(Cursor.Bad());
            }

            where.Add(
                $"(d.judged_on, d.merchant_id, d.dimension) < ({where.Value(on, NpgsqlDbType.Date)}, {where.Value(id, NpgsqlDbType.Integer)}, {where.Value(page.After[2], NpgsqlDbType.Text)})");
        }

        var rows = new List<(TierDecisionRow Row, int Id)>();
        await using var command = Command(connection, where, page.Limit + 1);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add((Read(reader), reader.GetInt32(14)));
        }

        var cut = page.Cut(rows, r => [$"{r.Row.JudgedOn:yyyy-MM-dd}", $"{r.Id}", r.Row.Dimension]);
        return new([.. cut.Items.Select(r => r.Row)], cut.Next);
    }

    /// <summary>All of the filter, row by row as the database sends them.</summary>
    internal async IAsyncEnumerable<TierDecisionRow> AllAsync(ListParameters parameters, [EnumeratorCancellation] CancellationToken cancellationToken)
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
        if (parameters.Text("merchantNo") is { } merchantNo)
        {
            where.Add($"m.merchant_no = {where.Value(merchantNo, NpgsqlDbType.Text)}");
        }

        if (parameters.RegistryTexts("tier") is { } tiers)
        {
            await TierFilter.RequireKnownAsync(connection, tiers, cancellationToken);
            where.Add($"d.tier = any({where.Value(tiers, NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        }

        AddAny(where, "d.dimension", parameters.Words("dimension", TierWords.Dimensions));
        AddAny(where, "d.move", parameters.Words("move", TierWords.Moves));
        if (parameters.RegistryText("branch") is { } branch)
        {
            var branches = await ListFilter.SubtreeAsync(connection, branch, cancellationToken);
            where.Add($"m.branch_code = any({where.Value(branches, NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        }

        if (parameters.Date("from") is { } from)
        {
            where.Add($"d.judged_on >= {where.Value(from, NpgsqlDbType.Date)}");
        }

        if (parameters.Date("to") is { } to)
        {
            where.Add($"d.judged_on <= {where.Value(to, NpgsqlDbType.Date)}");
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
            select m.merchant_no, m.name, m.branch_code, d.dimension, d.judged_on, d.move, d.reasons, d.outcome, d.tier, d.class, d.grade, d.since,
                   d.rule_set_version, d.document, d.merchant_id
            from tier_decision d
            join merchant m using (merchant_id)
            {where.Where}
            order by d.judged_on desc, d.merchant_id desc, d.dimension desc
            {(limit is { } rows ? $"limit {rows}" : "")}
            """,
            connection);
        where.Bind(command.Parameters);
        return command;
    }

    private static TierDecisionRow Read(NpgsqlDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetFieldValue<DateOnly>(4), r.GetString(5), r.GetString(6).Split(','),
        r.GetString(7), TextOrNull(r, 8), TextOrNull(r, 9), TextOrNull(r, 10), r.GetFieldValue<DateOnly>(11), r.GetInt32(12),
        JsonElement.Parse(r.GetString(13)));

    private static string? TextOrNull(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
