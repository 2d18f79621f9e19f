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
            with inspected as (
                update terminal set last_inspected_on = greatest(last_inspected_on, $2) where terminal_no = $1 and kind = 'pos' returning terminal_id
            )
            insert into terminal_inspection (terminal_id, inspected_on, result, note, inspector_sealed, position_sealed, actor, at)
            select terminal_id, $2, $3, $4, $5, $6, $7, $8 from inspected
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

    /// <summary>In the order of its index, so that a page costs what a page holds. A branch's machines are sought among those that are due.</summary>
    internal static string DueSql(bool ofBranch) =>
        $"""
        {(ofBranch ? """
        with recursive below as (
            select branch_code from branch where branch_code = $5
            union
            select b.branch_code from branch b join below on b.parent_branch_code = below.branch_code
        )
        """ : "")}
        select t.terminal_no, t.serial_no, m.merchant_no, m.name, m.branch_code, t.installation_address, t.installed_on, t.last_inspected_on,
               t.inspection_due_on
        from terminal t
        join terminal_binding b on b.terminal_id = t.terminal_id and b.valid_to = 'infinity'
        join merchant m using (merchant_id)
        where t.state in ('installed', 'active', 'watch', 'suspended') and t.kind = 'pos'
          and t.inspection_due_on <= $1 and (t.inspection_due_on, t.terminal_no) > ($2, $3)
          {(ofBranch ? "and m.branch_code in (select branch_code from below)" : "")}
        order by t.inspection_due_on, t.terminal_no
        limit $4
        """;

    /// <summary>Machines at merchants whose inspection is due on or before a date, the longest due first.</summary>
    /// <param name="branchCode">This branch and all below it; <c>null</c> is all.</param>
    /// <param name="after">Due date and terminal number of the last row seen.</param>
    public async Task<IReadOnlyList<DueInspection>> DueAsync(
        DateOnly by, string? branchCode, (DateOnly DueOn, string TerminalNo) after, int rows, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(DueSql(ofBranch: branchCode is not null));
        command.Parameters.Add(new() { Value = by });
        command.Parameters.Add(new() { Value = after.DueOn });
        command.Parameters.Add(new() { Value = after.TerminalNo });
        command.Parameters.Add(new() { Value = rows });
        if (branchCode is not null)
        {
            command.Parameters.Add(new() { Value = branchCode });
        }

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
