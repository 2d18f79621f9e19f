using Acquiring.Backend.Merchants.Blacklist;
using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Backend.Onboarding.WorkOrders;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Terminals;
using Acquiring.Core.Terminals.Plates;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Terminals.Lifecycle;

/// <summary>What each legal step changes besides the state: the holder, the address, the dates of the idle clocks, another machine.</summary>
internal sealed class TerminalActs(NpgsqlConnection connection, TerminalStep step, DateTime nowUtc)
{
    private readonly DateOnly _today = DateOnly.FromDateTime(BusinessTime.FromUtc(nowUtc));

    public async Task<Result<TerminalRecord>> RunAsync(
        StoredTerminal present, TerminalStanding standing, StoredTerminal? replacement, CancellationToken cancellationToken)
    {
        var after = present with { Standing = standing, Version = present.Version + 1 };
        switch (step.Act)
        {
            case TerminalAct.Assign:
                return await AssignAsync(present, after, cancellationToken);
            case TerminalAct.Install:
                return await InstallAsync(present, after, cancellationToken);
            case TerminalAct.Swap:
                return await SwapAsync(present, after, replacement, cancellationToken);
            case TerminalAct.Move:
                after = after with { Address = step.Address };
                break;
            case TerminalAct.MarkSpare or TerminalAct.UnmarkSpare:
                await TerminalFacts.RecordAsync(connection, present, _today, standing.Spare, installedOn: null, cancellationToken);
                break;
            default:
                after = await LeaveAsync(present, after, cancellationToken);
                break;
        }

        await SaveAsync(present, after, cancellationToken);
        return after.Record;
    }

    private async Task<Result<TerminalRecord>> AssignAsync(StoredTerminal present, StoredTerminal after, CancellationToken cancellationToken)
    {
        if (!(await OpenMerchantAsync(step.MerchantNo, cancellationToken)).Accepted(out var merchantId, out var refusal))
        {
            return refusal;
        }

        if (await BlacklistRefusals.CaseOpenAsync(connection, merchantId, cancellationToken) is { } blacklisted)
        {
            return blacklisted;
        }

        after = after with { MerchantId = merchantId, MerchantNo = step.MerchantNo, Address = step.Address, InstalledOn = _today };
        await SaveAsync(present, after, cancellationToken);
        await BindingRows.BeginAsync(connection, present.TerminalId, merchantId, nowUtc, cancellationToken);
        await TerminalFacts.RecordAsync(connection, present, _today, spare: false, _today, cancellationToken);
        return after.Record;
    }

    private async Task<Result<TerminalRecord>> InstallAsync(StoredTerminal present, StoredTerminal after, CancellationToken cancellationToken)
    {
        var on = step.On ?? _today;
        var assignedOn = present.BoundFrom == DateTime.MinValue ? DateOnly.MinValue : DateOnly.FromDateTime(BusinessTime.FromUtc(present.BoundFrom));
        if (on > _today || on < assignedOn)
        {
            return Refusal.Of(
                RefusalKind.Invalid, "terminal.install-date", new Detail("on", $"{on:yyyy-MM-dd}"),
                new Detail("first", $"{assignedOn:yyyy-MM-dd}"), new Detail("last", $"{_today:yyyy-MM-dd}"));
        }

        if (present.MerchantId is { } installedAt
            && await BlacklistRefusals.CaseOpenAsync(connection, installedAt, cancellationToken) is { } blacklisted)
        {
            return blacklisted;
        }

        after = after with { InstalledOn = on, Address = step.Address.Length > 0 ? step.Address : present.Address };
        await SaveAsync(present, after, cancellationToken);
        await TerminalFacts.RecordAsync(connection, present, on, spare: null, on, cancellationToken);
        if (present.MerchantId is { } holder)
        {
            await EndWorkOrders.DoneAsync(
                connection, holder, present.TerminalId, present.TerminalNo, present.Kind, present.Model, step.Actor, nowUtc, cancellationToken);
        }

        return after.Record;
    }

    /// <summary>
    /// The machine that takes the place keeps its own number: the five items belong to a serial number, and a number that passed from one
    /// machine to the next would mix their transactions, idle clocks and histories.
    /// </summary>
    private async Task<Result<TerminalRecord>> SwapAsync(
        StoredTerminal present, StoredTerminal after, StoredTerminal? replacement, CancellationToken cancellationToken)
    {
        if (replacement is null)
        {
            return step.Kind == TerminalKind.QrPlate ? PlateRefusals.Unknown(step.Replacement) : TerminalRefusals.Unknown(step.Replacement);
        }

        if (replacement.Kind != present.Kind)
        {
            return replacement.Kind == TerminalKind.QrPlate
                ? PlateRefusals.IsPlate(replacement.TerminalNo)
                : PlateRefusals.Unknown(replacement.TerminalNo);
        }

        if (replacement.Standing.State != TerminalState.InStock)
        {
            return step.Kind == TerminalKind.QrPlate
                ? PlateRefusals.ReplacementNotInStock(replacement.TerminalNo, replacement.Standing.State)
                : Refusal.Of(
                    RefusalKind.Conflict, "terminal.replacement-not-in-stock", new Detail("terminalNo", replacement.TerminalNo),
                    new Detail("state", TerminalRefusals.Word(replacement.Standing.State)));
        }

        var (merchantId, merchantNo) = (present.MerchantId, present.MerchantNo);
        if (merchantId is not { } holder)
        {
            throw new InvalidOperationException($"terminal {present.TerminalNo} is {present.Standing.State} and works for nobody");
        }

        if (await BlacklistRefusals.CaseOpenAsync(connection, holder, cancellationToken) is { } blacklisted)
        {
            return blacklisted;
        }

        after = await LeaveAsync(present, after, cancellationToken);
        await SaveAsync(present, after, cancellationToken);
        var installed = replacement with
        {
            // A plate in another's place is bound; that it was handed out is said when it is.
            Standing = step.Kind == TerminalKind.QrPlate
                ? QrPlates.Take(replacement.Standing, TerminalAct.Assign).Value
                : replacement.Standing.Take(TerminalAct.Assign).Value.Take(TerminalAct.Install).Value with { Spare = present.Standing.Spare },
            Version = replacement.Version + 1,
            MerchantId = holder,
            MerchantNo = merchantNo,
            Address = present.Address,
            InstalledOn = _today,
        };
        await TerminalRows.SaveAsync(
            connection, replacement, installed, "swapIn", step.Why, new { replaces = present.TerminalNo, merchantNo, present.SerialNo }, step.Actor,
            nowUtc, cancellationToken);
        await BindingRows.BeginAsync(connection, replacement.TerminalId, holder, nowUtc, cancellationToken);
        await TerminalFacts.RecordAsync(connection, replacement, _today, installed.Standing.Spare, _today, cancellationToken);
        return after.Record with { Replacement = installed.Record };
    }

    /// <summary>Ends the binding of a machine that works for nobody any more.</summary>
    private async Task<StoredTerminal> LeaveAsync(StoredTerminal present, StoredTerminal after, CancellationToken cancellationToken)
    {
        if (after.Standing.State.IsHeld() || present.MerchantId is null)
        {
            return after;
        }

        await BindingRows.EndAsync(connection, present.TerminalId, nowUtc, cancellationToken);
        if (present.Standing.Spare)
        {
            await TerminalFacts.RecordAsync(connection, present, _today, spare: false, installedOn: null, cancellationToken);
        }

        return after with { MerchantId = null, MerchantNo = null };
    }

    private Task SaveAsync(StoredTerminal present, StoredTerminal after, CancellationToken cancellationToken) => TerminalRows.SaveAsync(
        connection, present, after, TerminalRefusals.Word(step.Act), step.Why, step.Details, step.Actor, nowUtc, cancellationToken);

    private async Task<Result<int>> OpenMerchantAsync(string merchantNo, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select merchant_id, state from merchant where merchant_no = $1 for share", connection);
        command.Parameters.Add(new() { Value = merchantNo });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return MerchantRefusals.Unknown(merchantNo);
        }

        var state = MerchantRows.StateOf(reader.GetString(1));
        return state is MerchantState.Signed or MerchantState.Active or MerchantState.Restricted or MerchantState.Suspended
            ? reader.GetInt32(0)
            : Refusal.Of(
                RefusalKind.Conflict, "terminal.merchant-not-signed", new Detail("merchantNo", merchantNo),
                new Detail("state", MerchantRefusals.Word(state)));
    }
}
