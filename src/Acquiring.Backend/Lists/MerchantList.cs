using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Backend.Platform;
using Acquiring.Core.Merchants;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Lists;

/// <param name="Version">Hand it back with an act.</param>
/// <param name="Machines">How many card machines work for it now; QR plates are not counted.</param>
/// <param name="LastActivityOn">Its last sale, reversed or not; nothing before the first.</param>
/// <param name="Volume">Sales less refunds and reversals of the last 30 days, today included.</param>
public sealed record MerchantListRow(
    string MerchantNo, string Name, MerchantState State, string Mcc, string BranchCode, string Township, int Version, int Machines,
    DateOnly? LastActivityOn, Money Volume)
{
    /// <summary>As over the door; empty where nobody told it.</summary>
    public string TradeName { get; init; } = "";
}

/// <param name="Next">The cursor of the next page; nothing after the last.</param>
/// <param name="Count">Only where it was asked for.</param>
/// <param name="ActivityAsOf">Last activities and volumes are those of this moment, some seconds ago.</param>
public sealed record MerchantListAnswer(IReadOnlyList<MerchantListRow> Items, string? Next, ListCount? Count, DateTimeOffset? ActivityAsOf);

/// <summary>Merchants, filtered and sorted by the database, a page at a time.</summary>
public sealed class MerchantList(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Of volumes, today included.</summary>
    public const int VolumeDays = 30;

    internal const string From = "merchant m join merchant_activity a using (merchant_id)";

    internal static readonly ListColumns Columns = new("m.state", "a.last_sale_on", "a.last_sale_on", "a.volume_fen");

    internal static readonly IReadOnlyList<string> States = [.. Enum.GetValues<MerchantState>().Select(MerchantRefusals.Word)];

    internal static readonly IReadOnlyList<ListSort> Sorts =
    [
        new("number", "m.merchant_no collate \"C\"", NpgsqlDbType.Text),
        new("name", "m.name collate \"C\"", NpgsqlDbType.Text, "m.merchant_id"),
        new("lastActivity", "a.last_sale_on", NpgsqlDbType.Date, "a.merchant_id"),
        new("volume", "a.volume_fen", NpgsqlDbType.Bigint, "a.merchant_id"),
    ];

    internal static readonly IReadOnlyList<string> ParameterNames = [.. ListFilter.Names, .. ListOrder.Names, "count"];
    internal static readonly IReadOnlyList<string> ExportParameterNames = [.. ListFilter.Names, "sort", "order"];

    private static readonly string[] s_flags = ["true", "false"];

    internal async Task<MerchantListAnswer> PageAsync(ListParameters parameters, CancellationToken cancellationToken)
    {
        var filter = ListFilter.Read(parameters, States);
        var order = ListOrder.Read(parameters, Sorts);
        var counted = parameters.Word("count", s_flags) == "true";
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var where = new SqlConditions();
        await filter.AddToAsync(where, Columns, BusinessTime.Today(clock), connection, cancellationToken);
        var count = counted ? await ListCount.ReadAsync(connection, where.Mention("a") ? From : "merchant m", where, cancellationToken) : null;
        var asOf = await ActivityFreshness.ReadAsync(connection, cancellationToken);

        var rows = new List<(MerchantListRow Row, object SortValue, int Id)>();
        await using var command = await SortedPage.CommandAsync(connection, s_source, where, order, order.Page.Limit + 1, cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add((Read(reader), reader.GetValue(10) is DateTime date ? DateOnly.FromDateTime(date) : reader.GetValue(10), reader.GetInt32(11)));
        }

        var page = order.Page.Cut(rows, r => order.Key(r.SortValue, r.Id));
        return new([.. page.Items.Select(r => r.Row)], page.Next, count, asOf);
    }

    /// <summary>All of the filter, row by row as the database sends them.</summary>
    internal async IAsyncEnumerable<MerchantListRow> AllAsync(
        ListFilter filter, ListOrder order, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var where = new SqlConditions();
        await filter.AddToAsync(where, Columns, BusinessTime.Today(clock), connection, cancellationToken);
        await using var command = await SortedPage.CommandAsync(connection, s_source, where, order, limit: null, cancellationToken);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return Read(reader);
        }
    }

    /// <summary>Machines are counted for the rows of the page only.</summary>
    private static readonly ListSource s_source = new(
        """
        p.merchant_no, p.name, p.state, p.mcc, p.branch_code, p.township, p.version,
        (select count(*) from terminal_binding b join terminal t using (terminal_id)
         where b.merchant_id = p.merchant_id and b.valid_to = 'infinity' and t.kind = 'pos')::integer,
        p.last_sale_on, p.volume_fen, p.sort_value, p.merchant_id, p.trade_name
        """,
        "m.merchant_id, m.merchant_no, m.name, m.state, m.mcc, m.branch_code, m.township, m.version, a.last_sale_on, a.volume_fen, m.trade_name", From,
        "merchant", "merchant_id");

    private static MerchantListRow Read(NpgsqlDataReader reader)
    {
        var lastSaleOn = reader.GetFieldValue<DateOnly>(8);
        return new(
            reader.GetString(0), reader.GetString(1), MerchantRows.StateOf(reader.GetString(2)), reader.GetString(3), reader.GetString(4),
            reader.GetString(5), reader.GetInt32(6), reader.GetInt32(7), lastSaleOn == DateOnly.MinValue ? null : lastSaleOn,
            new(reader.GetInt64(9)))
        {
            TradeName = reader.GetString(12),
        };
    }
}
