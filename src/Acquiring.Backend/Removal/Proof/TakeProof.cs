using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Backend.Removal.Orders;
using Acquiring.Backend.Terminals.Inspections;
using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Backend.WorkTerms;
using Acquiring.Core.FollowUp;
using Acquiring.Core.Refusals;
using Acquiring.Core.Removal;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;
using Acquiring.Core.WorkTerms;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Removal.Proof;

/// <param name="Outcome"><c>recovered</c>, or <c>unrecoverable</c>: then the machine stays shut and the clearing house is told.</param>
/// <param name="SerialNo">As scanned from the machine; left out only where it cannot be fetched.</param>
/// <param name="Position">Where it was taken.</param>
/// <param name="PhotoId">A photo declared and sent whole for this removal.</param>
/// <param name="SignatureId">Likewise, the merchant's signature.</param>
/// <param name="Reason">One of the closed list.</param>
/// <param name="Note">At most 500 characters.</param>
public sealed record ProveRemovalRequest(
    RemovalOutcome Outcome, string? SerialNo, InspectionPosition? Position, Guid? PhotoId, Guid? SignatureId, TerminalReason? Reason, string? Note = null);

/// <summary>Takes the proof from the spot: the machine is recovered (and goes to stock by its own act) or unrecoverable, in one transaction with it.</summary>
internal sealed class TakeProof(
    NpgsqlDataSource database, DecideRemoval decide, TakeTerminalStep steps, RegisteredPositions positions, PersonalDataProtector protector, TimeProvider clock)
{
    /// <summary>
    /// Refuses, in this order: outcome, note, a key used otherwise, an unknown removal, one whose machine sold meanwhile (it is withdrawn by that), an old
    /// version, an illegal step, what does not match (serial number, position, photo, signature, reason), what the machine's own step asks for.
    /// </summary>
    public async Task<Result<RemovalRecord>> RunAsync(
        long id, ProveRemovalRequest request, int version, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var note = request.Note ?? "";
        if (Check(request, note) is { } bad)
        {
            return bad;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var sold = await decide.WithdrawIfSoldAsync(connection, id, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<RemovalRecord>(connection, key, now, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        await TakeTerminalStep.LockRegistryAsync(connection, andJudging: true, cancellationToken);
        if (await RemovalRows.LockAsync(connection, id, cancellationToken) is not { } before)
        {
            return RemovalRefusals.Unknown(id);
        }

        if (sold is { } on)
        {
            return RemovalRefusals.SoldAgain(before.TerminalNo, on);
        }

        if (before.Version != version)
        {
            return IfMatch.Stale(version, before.Version);
        }

        var act = request.Outcome == RemovalOutcome.Recovered ? RemovalAct.Recover : RemovalAct.ReportUnrecoverable;
        if (!RemovalStanding.Take(before.State, act).Accepted(out var state, out var illegal))
        {
            return illegal;
        }

        var terminal = (await TerminalRows.LockAsync(connection, [before.TerminalNo], cancellationToken)).Single();
        if (!(await CheckAsync(connection, before, terminal, request, cancellationToken)).Accepted(out var metres, out var mismatch) && mismatch is not null)
        {
            return mismatch;
        }

        var terminalAct = request.Outcome == RemovalOutcome.Recovered ? TerminalAct.Recover : TerminalAct.ReportUnrecoverable;
        var step = new TerminalStep(terminalAct, terminal.Version, note, actor, Reason: request.Reason);
        if ((await steps.TakeAsync(connection, null, before.TerminalNo, step, now, cancellationToken)).Refusal is { } refused)
        {
            return refused;
        }

        var after = before.End(state, BusinessTime.Today(clock), TerminalRefusals.Word(request.Reason!.Value));
        await RemovalRows.UpdateAsync(connection, after, now, cancellationToken);
        await KeepAsync(connection, after, request, note, metres, actor, now, cancellationToken);
        await RemovalRows.TraceAsync(connection, before.State, after, act, after.EndedWhy!, actor, null, now, cancellationToken);
        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, $"removal.{RemovalRows.Word(act)}", $"{id}", new { after.Version, after.TerminalNo, metres, reason = after.EndedWhy },
            cancellationToken);
        var record = RemovalRecord.Of(after);
        await IdempotencyStore.AnswerAsync(connection, key, record, cancellationToken);
        await steps.AnnounceAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        steps.Tell();
        return record;
    }

    private static Refusal? Check(ProveRemovalRequest request, string note) =>
        !Enum.IsDefined(request.Outcome) ? Refusal.Of(RefusalKind.Invalid, "request.missing", new Detail("parameter", "outcome"))
        : note.Length > TerminalStep.NoteLengthMax ? FollowUpRefusals.Text("note", TerminalStep.NoteLengthMax)
        : CardLikeText.Has(note) ? FollowUpRefusals.CardInText("note")
        : null;

    private async Task<Result<int?>> CheckAsync(
        NpgsqlConnection connection, StoredRemoval removal, StoredTerminal terminal, ProveRemovalRequest request, CancellationToken cancellationToken)
    {
        var documents = await RemovalPhotos.ListAsync(connection, removal.Id, cancellationToken);
        var terms = await WorkTermsOnDate.LoadAsync(connection, BusinessTime.Today(clock), cancellationToken);
        var premises = (await positions.OfTerminalsAsync(connection, [removal.TerminalId], cancellationToken))
            .TryGetValue(removal.TerminalId, out var known) ? known : (GeoPosition?)null;
        var proof = new FieldProof(
            request.Outcome, request.SerialNo, request.Position is { } p ? new(p.Latitude, p.Longitude) : null, Has(request.PhotoId, RemovalPhotos.Photo),
            Has(request.SignatureId, RemovalPhotos.Signature), request.Reason);
        return ProveRemoval.Check(proof, terminal.SerialNo, premises, terms.Of(WorkTerm.ProofDistanceMetres, removal.BranchCode));

        bool Has(Guid? id, string kind) => documents.Exists(d => d.Id == id && d.Kind == kind && d.CompletedAt is not null);
    }

    private async Task KeepAsync(
        NpgsqlConnection connection, StoredRemoval removal, ProveRemovalRequest request, string note, int? metres, string actor, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into removal_proof (removal_id, outcome, reason, note, position_sealed, photo_id, signature_id, actor, at, serial_no, distance_metres)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            connection);
        var stood = request.Position!;
        RemovalRows.Add(
            command, removal.Id, RemovalRows.Word(request.Outcome), removal.EndedWhy!, note,
            protector.Seal(RegisteredPositions.Write(new(stood.Latitude, stood.Longitude))), request.PhotoId!.Value, request.SignatureId!.Value, actor, nowUtc);
        RemovalRows.Add(command, NpgsqlDbType.Text, request.SerialNo?.Trim());
        RemovalRows.Add(command, NpgsqlDbType.Integer, metres);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
