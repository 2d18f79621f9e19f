using Acquiring.Backend.Platform;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Lists;

/// <param name="State">As the registry keeps it, such as <c>active</c> or <c>inStock</c>.</param>
/// <param name="MerchantNo">Whom it works for now; nothing when nobody.</param>
/// <param name="Address">Where it stands, without the numbers of house and room.</param>
/// <param name="LastActivityOn">Its last sale, or what the registry knew before the first file, whichever is later; nothing before the first.</param>
/// <param name="IdleMonths">Whole calendar months since then, or since the installation; nothing for a machine that works for nobody, and for a QR plate.</param>
/// <param name="LastContactAt">When the machine last reported itself, up to half a minute ago; nothing before the first report.</param>
/// <param name="Volume">Sales less refunds and reversals of the last 30 days, today included.</param>
public sealed record TerminalListRow(
    string TerminalNo, string SerialNo, string Model, string State, bool Spare, int Version, string? MerchantNo, string? MerchantName,
    string? BranchCode, string? Township, string Address, DateOnly InstalledOn, DateOnly? LastActivityOn, int? IdleMonths,
    DateTimeOffset? LastContactAt, Money Volume)
{
    /// <summary>A card machine, or a QR plate, whose <c>serialNo</c> is its plate code.</summary>
    public TerminalKind Kind { get; init; }
}

/// <inheritdoc cref="MerchantListAnswer"/>
public sealed record TerminalListAnswer(IReadOnlyList<TerminalListRow> Items, string? Next, ListCount? Count, DateTimeOffset? ActivityAsOf);

/// <summary>Terminals, filtered and sorted by the database, a page at a time.</summary>
public sealed class TerminalList(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Holder =
        """
        left join terminal_binding b on b.terminal_id = t.terminal_id and b.valid_to = 'infinity'
        left join merchant m on m.merchant_id = b.merchant_id
        """;

    /// <summary>Each terminal has a row of activity: where nothing asks of it, counting needs it not.</summary>
    private const string FromWithoutActivity = $"terminal t {Holder}";

    internal const string From = $"terminal t join terminal_activity a using (terminal_id) {Holder}";

    internal static readonly ListColumns Columns = new("t.state", "a.last_activity_on", "a.idle_since", "a.volume_fen")
    {
        // A machine in stock runs no clock, a plate none at all.
        IdleOnlyIf = "m.merchant_id is not null and t.kind = 'pos'",
    };

    internal static readonly IReadOnlyList<string> States =
    [
        "inStock", "assigned", "installed", "active", "watch", "suspended", "removalOrdered", "recovered", "scrapped", "lost", "unrecoverable",
    ];

    internal static readonly IReadOnlyList<ListSort> Sorts =
    [
        new("number", "t.terminal_no collate \"C\"", NpgsqlDbType.Text),
        new("serial", "t.serial_no collate \"C\"", NpgsqlDbType.Text),
        new("lastActivity", "a.last_activity_on", NpgsqlDbType.Date, "a.terminal_id"),
        new("volume", "a.volume_fen", NpgsqlDbType.Bigint, "a.terminal_id"),
    ];

    internal static readonly IReadOnlyList<string> ParameterNames = [.. ListFilter.Names, "kind", "merchantNo", .. ListOrder.Names, "count"];
    internal static readonly IReadOnlyList<string> ExportParameterNames = [.. ListFilter.Names, "kind", "merchantNo", "sort", "order"];

    private static readonly string[] s_kinds = ["pos", "qrPlate"];
    private static readonly string[] s_flags = ["true", "false"];

    internal async Task<TerminalListAnswer> PageAsync(ListParameters parameters, CancellationToken cancellationToken)
    {
        var order = ListOrder.Read(parameters, Sorts);
        var counted = parameters.Word("count", s_flags) == "true";
        var today = BusinessTime.Today(clock);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var where = await ConditionsAsync(parameters, today, connection, cancellationToken);
        var count = counted ? await ListCount.ReadAsync(connection, where.Mention("a") ? From : FromWithoutActivity, where, cancellationToken) : null;
        var asOf = await ActivityFreshness.ReadAsync(connection, cancellationToken);

        var rows = new List<(TerminalListRow Row, object SortValue, int Id)>();
        await using var command = await SortedPage.CommandAsync(connection, s_source, where, order, order.Page.Limit + 1, cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add((Read(reader, today), reader.GetValue(16) is DateTime date ? DateOnly.FromDateTime(date) : reader.GetValue(16), reader.GetInt32(17)));
        }

        var page = order.Page.Cut(rows, r => order.Key(r.SortValue, r.Id));
        return new([.. page.Items.Select(r => r.Row)], page.Next, count, asOf);
    }

    /// <summary>All of the filter, row by row as the database sends them.</summary>
    internal async IAsyncEnumerable<TerminalListRow> AllAsync(
        ListParameters parameters, ListOrder order, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var today = BusinessTime.Today(clock);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var where = await ConditionsAsync(parameters, today, connection, cancellationToken);
        await using var command = await SortedPage.CommandAsync(connection, s_source, where, order, limit: null, cancellationToken);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return Read(reader, today);
        }
    }

    private static async Task<SqlConditions> ConditionsAsync(
        ListParameters parameters, DateOnly today, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var where = new SqlConditions();
        await ListFilter.Read(parameters, States).AddToAsync(where, Columns, today, connection, cancellationToken);
        if (parameters.Word("kind", s_kinds) is { } kind)
        {
            where.Add($"t.kind = {where.Value(kind, NpgsqlDbType.Text)}");
        }

        if (parameters.Text("merchantNo") is { } merchantNo)
        {
            where.Add($"m.merchant_no = {where.Value(merchantNo, NpgsqlDbType.Text)}");
        }

        return where;
    }

    /// <summary>The grain's own state says when the machine last reported itself; it is looked up for the rows of the page only.</summary>
    private static readonly ListSource s_source = new(
        """
        p.terminal_no, p.serial_no, p.model, p.state, p.spare, p.version, p.merchant_no, p.name, p.branch_code, p.township,
        p.installation_address, p.installed_on, p.last_activity_on, p.idle_since, p.volume_fen,
        (select (g.payload -> 'lastContact' ->> 'at')::timestamptz from grain_state g
         where g.state_name = 'terminal-device' and g.grain_key = 't:' || p.terminal_no),
        p.sort_value, p.terminal_id, p.kind
        """,
        """
        t.terminal_id, t.terminal_no, t.serial_no, t.model, t.state, t.spare, t.version, m.merchant_no, m.name, m.branch_code,
        m.township, t.installation_address, t.installed_on, a.last_activity_on, a.idle_since, a.volume_fen, t.kind
        """,
        From, "terminal", "terminal_id");

    private static TerminalListRow Read(NpgsqlDataReader reader, DateOnly today)
    {
        var lastActivityOn = reader.GetFieldValue<DateOnly>(12);
        var merchantNo = TextOrNull(reader, 6);
        var kind = TerminalKinds.Of(reader.GetString(18));
        return new(
            reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetBoolean(4), reader.GetInt32(5),
            merchantNo, TextOrNull(reader, 7), TextOrNull(reader, 8), TextOrNull(reader, 9), AddressMask.Of(reader.GetString(10)),
            reader.GetFieldValue<DateOnly>(11), lastActivityOn == DateOnly.MinValue ? null : lastActivityOn,
            merchantNo is null || kind != TerminalKind.Pos ? null : ListFilter.MonthsSince(reader.GetFieldValue<DateOnly>(13), today),
            reader.IsDBNull(15) ? null : reader.GetFieldValue<DateTimeOffset>(15), new(reader.GetInt64(14)))
        {
            Kind = kind,
        };
    }

    private static string? TextOrNull(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
