using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Refusals;
using Acquiring.Core.Terminals;
using Acquiring.Core.Terminals.Plates;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Terminals.Inspections;

/// <summary>On-site inspections: fixed premises at least once a year (domain §2). Rows are never edited; a correction is another inspection.</summary>
public sealed class InspectionStore(NpgsqlDataSource database, PersonalDataProtector protector, TimeProvider clock)
{
    /// <summary>Refuses, in this order: bad fields, a key used otherwise, an unknown terminal, a QR plate. Changes no version of the terminal.</summary>
    public async Task<Result<InspectionAnswer>> AddAsync(
        TerminalNo terminalNo, InspectTerminalRequest request, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (request.Check(BusinessTime.Today(clock)) is { } bad)
        {
            return bad;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<InspectionAnswer>(connection, key, now, cancellationToken);
        if (first.Refusal is { } reused)
        {
            return reused;
        }

        if (first.Value is { } answered)
        {
            return answered;
        }

        var note = request.Note ?? "";
        await using var insert = new NpgsqlCommand(
            """
            insert into terminal_inspection (terminal_id, inspected_on, result, note, inspector_sealed, position_sealed, actor, at)
            select terminal_id, $2, $3, $4, $5, $6, $7, $8 from terminal where terminal_no = $1 and kind = 'pos'
            returning terminal_inspection_id
            """,
            connection);
        insert.Parameters.Add(new() { Value = terminalNo.Text });
        insert.Parameters.Add(new() { Value = request.InspectedOn!.Value });
        insert.Parameters.Add(new() { Value = TerminalRefusals.Word(request.Result) });
        insert.Parameters.Add(new() { Value = note });
        insert.Parameters.Add(new() { Value = protector.Seal(request.Inspector!) });
        insert.Parameters.Add(new()
        {
            Value = request.Position is { } p
                ? protector.Seal(string.Create(CultureInfo.InvariantCulture, $"{p.Latitude:F6},{p.Longitude:F6}"))
                : DBNull.Value,
            NpgsqlDbType = NpgsqlDbType.Bytea,
        });
        insert.Parameters.Add(new() { Value = actor });
        insert.Parameters.Add(new() { Value = now });
        if (await insert.ExecuteScalarAsync(cancellationToken) is not int id)
        {
            await using var plate = new NpgsqlCommand("select exists (select from terminal where terminal_no = $1)", connection);
            plate.Parameters.Add(new() { Value = terminalNo.Text });
            return await plate.ExecuteScalarAsync(cancellationToken) is true
                ? PlateRefusals.IsPlate(terminalNo.Text)
                : TerminalRefusals.Unknown(terminalNo.Text);
        }

        var answer = new InspectionAnswer(
            id, terminalNo.Text, request.InspectedOn.Value, request.Result, note, request.InspectedOn.Value.AddYears(1));
        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "terminal.inspect", terminalNo.Text,
            new { answer.InspectionId, answer.InspectedOn, result = TerminalRefusals.Word(answer.Result) }, cancellationToken);
        await Outbox.AppendAsync(
            connection, "terminal.inspected", $"inspection-{id}", 1, new { answer.TerminalNo, answer.InspectionId, answer.InspectedOn, answer.Result, actor },
            now, cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, answer, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return answer;
    }

    /// <summary>Machines at merchants whose inspection is due on or before a date, the longest due first.</summary>
    /// <param name="branchCode">This branch and all below it; <c>null</c> is all.</param>
    /// <param name="after">Due date and terminal number of the last row seen.</param>
    public async Task<IReadOnlyList<DueInspection>> DueAsync(
        DateOnly by, string? branchCode, (DateOnly DueOn, string TerminalNo) after, int rows, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            with recursive below as (
                select branch_code from branch where branch_code = $2
                union
                select b.branch_code from branch b join below on b.parent_branch_code = below.branch_code
            ),
            inspected as (
                select terminal_id, max(inspected_on) as inspected_on from terminal_inspection group by terminal_id
            ),
            due as (
                select t.terminal_no, t.serial_no, m.merchant_no, m.name, m.branch_code, t.installation_address, t.installed_on, i.inspected_on,
                       (greatest(i.inspected_on, t.installed_on) + interval '1 year')::date as due_on
                from terminal t
                join terminal_binding b on b.terminal_id = t.terminal_id and b.valid_to = 'infinity'
                join merchant m using (merchant_id)
                left join inspected i on i.terminal_id = t.terminal_id
                where t.kind = 'pos' and t.state in ('installed', 'active', 'watch', 'suspended')
                  and ($2 is null or m.branch_code in (select branch_code from below))
            )
            select * from due
            where due_on <= $1 and (due_on, terminal_no) > ($3, $4)
            order by due_on, terminal_no
            limit $5
            """);
        command.Parameters.Add(new() { Value = by });
        command.Parameters.Add(new() { Value = (object?)branchCode ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = after.DueOn });
        command.Parameters.Add(new() { Value = after.TerminalNo });
        command.Parameters.Add(new() { Value = rows });
        var due = new List<DueInspection>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            due.Add(new(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5),
                reader.GetFieldValue<DateOnly>(6), reader.IsDBNull(7) ? null : reader.GetFieldValue<DateOnly>(7), reader.GetFieldValue<DateOnly>(8)));
        }

        return due;
    }
}
