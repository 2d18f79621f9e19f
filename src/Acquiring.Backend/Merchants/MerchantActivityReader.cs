using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Backend.Merchants.Mcc;
using Acquiring.Backend.Transactions.Volumes;
using Acquiring.Core.Merchants;
using Acquiring.Core.Terminals;
using Npgsql;

namespace Acquiring.Backend.Merchants;

/// <summary>Reads what a merchant's grain tracks, in one round trip; each part by an index.</summary>
internal static class MerchantActivityReader
{
    public static async Task<MerchantActivity?> ReadAsync(
        NpgsqlDataSource dataSource, string merchantNo, DateOnly today, CancellationToken cancellationToken)
    {
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(Command(
            """
            select m.name, m.mcc, m.branch_code, m.township, sale.on_date, m.version, m.state, m.trade_name
            from merchant m
            left join lateral (
                select v.transaction_date as on_date
                from day_activity v
                where v.merchant_id = m.merchant_id
                group by v.transaction_date
                having sum(v.sales) > 0
                order by v.transaction_date desc
                limit 1) sale on true
            where m.merchant_no = $1
            """,
            merchantNo));
        batch.BatchCommands.Add(Command(
            $"""
            select {ActivityWindow.Columns}
            from merchant m
            join day_activity v using (merchant_id)
            where m.merchant_no = $1 and v.transaction_date >= $2
            group by v.transaction_date
            order by v.transaction_date
            """,
            merchantNo, ActivityWindow.StartsOn(today)));
        batch.BatchCommands.Add(Command(
            """
            select t.terminal_no, t.spare, sale.on_date, t.known_activity_on, t.installed_on, t.kind
            from merchant m
            join terminal_binding b on b.merchant_id = m.merchant_id and b.valid_to = 'infinity'
            join terminal t using (terminal_id)
            left join lateral (
                select v.transaction_date as on_date
                from day_volume_current v
                where v.terminal_id = t.terminal_id
                group by v.transaction_date
                having sum(v.sales) > 0
                order by v.transaction_date desc
                limit 1) sale on true
            where m.merchant_no = $1
            order by t.terminal_no
            """,
            merchantNo));
        batch.BatchCommands.Add(Command(
            $"""
            select {MerchantRows.HoldColumns}
            from merchant m
            join merchant_hold h using (merchant_id)
            where m.merchant_no = $1 and h.lifted_in is null
            order by h.hold_no
            """,
            merchantNo));
        batch.BatchCommands.Add(Command(
            """
            select c.effective_from, c.mcc, c.mcc_before
            from merchant m
            join merchant_mcc c using (merchant_id)
            where m.merchant_no = $1
            order by c.decision_no
            """,
            merchantNo));
        batch.BatchCommands.Add(Command(
            """
            select coalesce((select main_business from merchant_mcc c where c.merchant_id = m.merchant_id order by decision_no desc limit 1), ''),
                   exists (select from merchant_attribute a
                           where a.merchant_id = m.merchant_id and a.attribute = 'authorised4S' and a.value = 'true'
                             and a.ended_in is null and a.valid_from <= $2 and $2 < a.valid_to),
                   (select g.grade from merchant_risk_grade g where g.merchant_id = m.merchant_id and g.valid_from <= $2 and $2 < g.valid_to)
            from merchant m
            where m.merchant_no = $1
            """,
            merchantNo, today));
        batch.BatchCommands.Add(Command(
            $"""
            select {ActivityWindow.Columns}
            from merchant m
            join day_activity v using (merchant_id)
            join terminal t on t.terminal_id = v.terminal_id and t.kind = 'qrPlate'
            where m.merchant_no = $1 and v.transaction_date >= $2
            group by v.transaction_date
            order by v.transaction_date
            """,
            merchantNo, ActivityWindow.StartsOn(today)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var merchant = new MerchantActivity(
            merchantNo, reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), DateOrNull(reader, 4),
            ActivityWindow.Empty, [], reader.GetInt32(5), new(MerchantRows.StateOf(reader.GetString(6)), []))
        {
            TradeName = reader.GetString(7),
        };
        await reader.NextResultAsync(cancellationToken);
        var window = await ActivityWindow.ReadAsync(reader, today, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var terminals = new List<MerchantTerminal>();
        while (await reader.ReadAsync(cancellationToken))
        {
            terminals.Add(new(
                reader.GetString(0), reader.GetBoolean(1), DateOrNull(reader, 2), DateOrNull(reader, 3), reader.GetFieldValue<DateOnly>(4))
            {
                Kind = TerminalKinds.Of(reader.GetString(5)),
            });
        }

        await reader.NextResultAsync(cancellationToken);
        var holds = new List<MerchantHold>();
        while (await reader.ReadAsync(cancellationToken))
        {
            holds.Add(MerchantRows.ReadHold(reader, 0));
        }

        await reader.NextResultAsync(cancellationToken);
        var mccs = await MccRows.ReadAsync(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        merchant = merchant with
        {
            Window = window,
            Terminals = terminals,
            Standing = merchant.Standing with { Holds = holds },
            Mcc = mccs?.On(today) ?? merchant.Mcc,
            MccBefore = mccs?.Before(today),
            MccToCome = mccs is { Changes: [.., var last] } && last.From > today ? last : null,
            MainBusiness = reader.GetString(0),
            IsAuthorised4S = reader.GetBoolean(1),
            Risk = reader.IsDBNull(2) ? null : Enum.Parse<Core.Merchants.Risk.RiskGrade>(reader.GetString(2), ignoreCase: true),
        };
        await reader.NextResultAsync(cancellationToken);
        return merchant with { Plates = await ActivityWindow.ReadAsync(reader, today, cancellationToken) };
    }

    private static DateOnly? DateOrNull(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateOnly>(column);

    private static NpgsqlBatchCommand Command(string sql, params IReadOnlyList<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return command;
    }
}
