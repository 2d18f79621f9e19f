using System.Data;
using System.Runtime.CompilerServices;
using Acquiring.Backend.Lists;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Scorecards.Ask;
using Acquiring.Backend.Scorecards.Count;
using Acquiring.Core.Refusals;
using Acquiring.Core.Scorecards;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Scorecards.Rows;

/// <summary>What rows are listed by; named as they are in the address.</summary>
public sealed record ScorecardRowsQuery(
    string? measure, string? from, string? to, string? branch, string? manager, string? own, string? cursor, string? limit);

/// <summary>What rows are exported by.</summary>
public sealed record ScorecardRowsExportQuery(string? measure, string? from, string? to, string? branch, string? manager, string? own);

/// <summary>A merchant's or terminal's part of a number. A merchant that was handed over in the period has one row for each of its hands.</summary>
/// <param name="TerminalNo"><c>null</c> where merchants are counted.</param>
/// <param name="ManagerCode"><c>null</c>: nobody was named.</param>
/// <param name="Value">Never 0; in the unit of the measure.</param>
public sealed record ScorecardRow(string MerchantNo, string MerchantName, string? TerminalNo, string BranchCode, string? ManagerCode, long Value, string Unit);

/// <summary>
/// The rows behind a number: the same parts that the night counted, by merchant and terminal. They add up to the number, except where something
/// was dated back since the last night; the scorecard says so then.
/// </summary>
internal sealed class ScorecardRowsReader(NpgsqlDataSource database)
{
    public static IReadOnlyList<string> ExportParameterNames { get; } = ["measure", .. ScorecardAsked.ParameterNames, "own"];

    public static IReadOnlyList<string> ParameterNames { get; } = [.. ExportParameterNames, "cursor", "limit"];

    private static readonly string[] s_words = [.. ScorecardWords.Measures.Select(m => ScorecardWords.Of(m))];

    public async Task<Page<ScorecardRow>> PageAsync(ListParameters parameters, CancellationToken cancellationToken)
    {
        var page = PageRequest.Of(parameters.Text("cursor", Cursor.LengthMax), (int?)parameters.Number("limit", 1, PageRequest.LimitMax), keyParts: 4).Value;
        var rows = new List<ScorecardRow>();
        await foreach (var row in ReadAsync(parameters, page.After, page.Limit + 1, cancellationToken))
        {
            rows.Add(row);
        }

        return page.Cut(rows, r => [r.MerchantNo, r.TerminalNo ?? "", r.BranchCode, r.ManagerCode ?? ""]);
    }

    public IAsyncEnumerable<ScorecardRow> AllAsync(ListParameters parameters, CancellationToken cancellationToken) =>
        ReadAsync(parameters, [], null, cancellationToken);

    private async IAsyncEnumerable<ScorecardRow> ReadAsync(
        ListParameters parameters, IReadOnlyList<string> after, int? rows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var measure = ScorecardWords.Measure(parameters.Text("measure") ?? "")
            ?? throw new RefusedException(ScorecardRefusals.UnknownMeasure(parameters.Text("measure"), s_words));
        var own = parameters.Word("own", ["true", "false"]) == "true";
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var asked = await ScorecardAsked.ReadAsync(parameters, connection, cancellationToken);
        if ((await CountedPeriod.ReadAsync(connection, asked.Period, cancellationToken)).Through is not { } through)
        {
            yield break;
        }

        await using var command = new NpgsqlCommand(
            $"""
            with {ScorecardParts.Days}
            select merchant_no, name, terminal_no, branch_code, manager_code, value
            from (
                select m.merchant_no, m.name, coalesce(t.terminal_no, '') as terminal_no, coalesce(c.branch_code, m.branch_code) as branch_code,
                       coalesce(c.manager_code, '') as manager_code, sum(p.value)::bigint as value
                from ({ScorecardParts.Of(measure)}) p
                join scorecard_date using (business_date)
                {ScorecardParts.Care}
                left join terminal t on t.terminal_id = p.terminal_id
                where p.value <> 0 and m.merchant_no >= @after_merchant
                  and (@branches is null or coalesce(c.branch_code, m.branch_code) = any(@branches))
                  and (@manager is null or coalesce(c.manager_code, '') = @manager)
                group by 1, 2, 3, 4, 5
                having sum(p.value) <> 0) r
            where (merchant_no, terminal_no, branch_code, manager_code) > (@after_merchant, @after_terminal, @after_branch, @after_manager)
            order by merchant_no, terminal_no, branch_code, manager_code
            limit @rows
            """,
            connection)
        { CommandTimeout = 0 };
        ScorecardDates.Bind(command, ScorecardWords.IsFlow(measure) ? asked.Period.From : through, through);
        command.Parameters.Add(new("branches", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = (object?)asked.Branches(own) ?? DBNull.Value });
        command.Parameters.Add(new("manager", NpgsqlDbType.Text) { Value = (object?)asked.Manager ?? DBNull.Value });
        command.Parameters.Add(new("after_merchant", after.Count > 0 ? after[0] : ""));
        command.Parameters.Add(new("after_terminal", after.Count > 0 ? after[1] : ""));
        command.Parameters.Add(new("after_branch", after.Count > 0 ? after[2] : ""));
        command.Parameters.Add(new("after_manager", after.Count > 0 ? after[3] : ""));
        command.Parameters.Add(new("rows", NpgsqlDbType.Bigint) { Value = rows is { } max ? (long)max : DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return new(
                reader.GetString(0), reader.GetString(1), Named(reader.GetString(2)), reader.GetString(3), Named(reader.GetString(4)), reader.GetInt64(5),
                ScorecardWords.UnitOf(measure));
        }
    }

    private static string? Named(string code) => code.Length == 0 ? null : code;
}
