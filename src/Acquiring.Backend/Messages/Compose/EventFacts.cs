using Npgsql;

namespace Acquiring.Backend.Messages.Compose;

internal sealed record MerchantFacts(string Name, string BranchCode, string Branch, string? ManagerCode);

internal sealed record HoldFacts(string[] Scopes, string Why, string Cure, string SetBy, DateTimeOffset SetAt);

internal sealed record InstallFacts(string Township, IReadOnlyList<(long No, string Model)> Orders);

internal sealed record TerminalFacts(string SerialNo, string Address);

internal sealed record ApplicantFacts(string Name, string Branch);

/// <summary>
/// What events only hint at, read for a page of them at once. As it is now: a message tells what stands, and is withdrawn when it does not.
/// </summary>
internal sealed class EventFacts
{
    public Dictionary<string, MerchantFacts> Merchants { get; } = new(StringComparer.Ordinal);

    public Dictionary<(string MerchantNo, int HoldNo), HoldFacts> Holds { get; } = [];

    /// <summary>Which hold a version of the merchant lifted.</summary>
    public Dictionary<(string MerchantNo, int Version), int> Lifts { get; } = [];

    public Dictionary<string, InstallFacts> Installs { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, TerminalFacts> Terminals { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ApplicantFacts> Applicants { get; } = new(StringComparer.Ordinal);

    public static async Task<EventFacts> ReadAsync(
        NpgsqlConnection connection, IReadOnlyList<ToldEvent> events, DateOnly today, CancellationToken cancellationToken)
    {
        var facts = new EventFacts();
        string[] merchants = [.. events.Select(EventMessages.MerchantOf).OfType<string>().Distinct(StringComparer.Ordinal)];
        await ReadAsync(
            connection,
            """
            select m.merchant_no, m.name, m.branch_code, b.name,
                   case when exists (select from message_contact k where k.party = 'manager' and k.party_key = c.manager_code)
                          or not exists (select from message_contact k where k.party = 'branch' and k.party_key = m.branch_code)
                        then c.manager_code end
            from merchant m
            join branch b using (branch_code)
            left join merchant_care c on c.merchant_id = m.merchant_id and not c.voided and c.valid_from <= $2 and $2 < c.valid_to
            where m.merchant_no = any($1)
            """,
            [merchants, today],
            r => facts.Merchants[r.GetString(0)] = new(r.GetString(1), r.GetString(2), r.GetString(3), r.IsDBNull(4) ? null : r.GetString(4)),
            cancellationToken);
        var steps = events.Where(e => e.Type is EventMessages.Restrict or EventMessages.Suspend or EventMessages.Lift).ToList();
        await ReadAsync(
            connection,
            """
            select u.merchant_no, u.version, s.act, h.hold_no, h.scopes, h.why, h.cure, h.set_by, h.set_at
            from unnest($1, $2) as u (merchant_no, version)
            join merchant m using (merchant_no)
            join merchant_step s on s.merchant_id = m.merchant_id and s.version = u.version
            join merchant_hold h on h.merchant_id = m.merchant_id
                                and h.hold_no = case when s.act = 'lift' then (s.details ->> 'hold')::integer else u.version end
            """,
            [steps.Select(s => s.ObjectKey).ToArray(), steps.Select(s => s.Version).ToArray()], facts.AddHold, cancellationToken);
        await ReadAsync(
            connection,
            """
            select m.merchant_no, w.township, w.work_order_id, w.model
            from merchant m join work_order w using (merchant_id)
            where m.merchant_no = any($1) order by w.work_order_id
            """,
            [events.Where(e => e.Type == EventMessages.Activate).Select(e => e.ObjectKey).ToArray()], facts.AddOrder, cancellationToken);
        await ReadAsync(
            connection, "select terminal_no, serial_no, installation_address from terminal where terminal_no = any($1)",
            [events.Where(e => e.Type == EventMessages.OrderRemoval).Select(e => e.ObjectKey).ToArray()],
            r => facts.Terminals[r.GetString(0)] = new(r.GetString(1), r.GetString(2)), cancellationToken);
        await ReadAsync(
            connection,
            """
            select a.application_id::text, a.registered_name, coalesce(b.name, a.branch_code)
            from merchant_application a left join branch b using (branch_code) where a.application_id = any($1::uuid[])
            """,
            [events.Where(e => e.Type == EventMessages.AskForFixes).Select(e => e.ObjectKey).ToArray()],
            r => facts.Applicants[r.GetString(0)] = new(r.GetString(1), r.GetString(2)), cancellationToken);
        return facts;
    }

    private void AddHold(NpgsqlDataReader reader)
    {
        var (merchantNo, version, holdNo) = (reader.GetString(0), reader.GetInt32(1), reader.GetInt32(3));
        Holds[(merchantNo, holdNo)] = new(
            reader.GetFieldValue<string[]>(4), reader.GetString(5), reader.GetString(6), reader.GetString(7), new DateTimeOffset(reader.GetDateTime(8)));
        if (reader.GetString(2) == "lift")
        {
            Lifts[(merchantNo, version)] = holdNo;
        }
    }

    private void AddOrder(NpgsqlDataReader reader)
    {
        var before = Installs.GetValueOrDefault(reader.GetString(0));
        Installs[reader.GetString(0)] = new(reader.GetString(1), [.. before?.Orders ?? [], (reader.GetInt64(2), reader.GetString(3))]);
    }

    private static async Task ReadAsync(
        NpgsqlConnection connection, string sql, IReadOnlyList<object> values, Action<NpgsqlDataReader> each, CancellationToken cancellationToken)
    {
        if (values[0] is Array { Length: 0 })
        {
            return;
        }

        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            each(reader);
        }
    }
}
