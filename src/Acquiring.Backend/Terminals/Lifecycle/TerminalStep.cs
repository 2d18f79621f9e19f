using Acquiring.Backend.Platform.Acts;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;
using Orleans;

namespace Acquiring.Backend.Terminals.Lifecycle;

/// <summary>An act on a machine, as its grain is asked for it.</summary>
/// <param name="Version">The version of the terminal it is based on.</param>
/// <param name="Reason">Where a machine is taken away or replaced.</param>
/// <param name="MerchantNo">Of an assignment.</param>
/// <param name="Address">Of an assignment or a move; of an installation where it turned out to be another.</param>
/// <param name="On">Of an installation; left out is today.</param>
/// <param name="Replacement">Of a swap: the number of the machine that takes the place.</param>
/// <param name="Kind">What it is taken for: a plate has other acts than a machine.</param>
[GenerateSerializer]
public sealed record TerminalStep(
    [property: Id(0)] TerminalAct Act,
    [property: Id(1)] int Version,
    [property: Id(2)] string Note,
    [property: Id(3)] string Actor,
    [property: Id(4)] IdempotencyKey? Key = null,
    [property: Id(5)] TerminalReason? Reason = null,
    [property: Id(6)] string MerchantNo = "",
    [property: Id(7)] string Address = "",
    [property: Id(8)] DateOnly? On = null,
    [property: Id(9)] string Replacement = "",
    [property: Id(10)] TerminalKind Kind = TerminalKind.Pos)
{
    public const int NoteLengthMax = 500;

    /// <summary>In the order of the fields: note, merchant, address.</summary>
    internal Refusal? Check()
    {
        if (Note.Length > NoteLengthMax || (Act == TerminalAct.Suspend && string.IsNullOrWhiteSpace(Note)))
        {
            return Text("note", NoteLengthMax);
        }

        if (Act == TerminalAct.Assign && !Core.Merchants.MerchantNo.TryParse(MerchantNo, out _))
        {
            return MerchantRefusals.Unknown(MerchantNo);
        }

        if (Address.Length > RegistryCells.AddressCharsMax
            || (Act is TerminalAct.Assign or TerminalAct.Move && string.IsNullOrWhiteSpace(Address)))
        {
            return Text("installationAddress", RegistryCells.AddressCharsMax);
        }

        return CardLikeText.Has(Note) ? Card("note") : CardLikeText.Has(Address) ? Card("installationAddress") : null;
    }

    /// <summary>In the history: the code where there is one, else the words.</summary>
    internal string Why => Reason is { } reason ? TerminalRefusals.Word(reason) : Note;

    /// <summary>
    /// Whether judging may answer otherwise after it: whom the machine works for, or whether it sells (a plate is scrapped while it still works).
    /// Its address and its flag are not judged by.
    /// </summary>
    internal bool ChangesJudging => Act is TerminalAct.Assign or TerminalAct.Swap or TerminalAct.Suspend or TerminalAct.Resume
        or TerminalAct.OrderRemoval or TerminalAct.CancelRemoval or TerminalAct.Recover or TerminalAct.ReturnToStock or TerminalAct.ReportLost
        or TerminalAct.ReportUnrecoverable or TerminalAct.Scrap;

    internal object Details => new
    {
        reason = Reason,
        note = Note.Length > 0 ? Note : null,
        merchantNo = MerchantNo.Length > 0 ? MerchantNo : null,
        installationAddress = Address.Length > 0 ? Address : null,
        on = On,
        replacement = Replacement.Length > 0 ? Replacement : null,
    };

    private static Refusal Text(string field, int max) =>
        Refusal.Of(RefusalKind.Invalid, "terminal.text", new Detail("field", field), new Detail("max", $"{max}"));

    private static Refusal Card(string field) => Refusal.Of(RefusalKind.Invalid, "terminal.card-in-text", new Detail("field", field));
}

/// <summary>A machine as an act leaves it; what the act answers, and its repetition too.</summary>
/// <param name="Replacement">Of a swap: the machine that took the place.</param>
[GenerateSerializer]
public sealed record TerminalRecord(
    [property: Id(0)] string TerminalNo,
    [property: Id(1)] string SerialNo,
    [property: Id(2)] string Model,
    [property: Id(3)] int Version,
    [property: Id(4)] TerminalStanding Standing,
    [property: Id(5)] string? MerchantNo,
    [property: Id(6)] string InstallationAddress,
    [property: Id(7)] DateOnly InstalledOn,
    [property: Id(8)] TerminalRecord? Replacement = null,
    [property: Id(9)] TerminalKind Kind = TerminalKind.Pos);

/// <summary>Either the machine after the act or why it was not done.</summary>
[GenerateSerializer]
public sealed record TerminalStepOutcome([property: Id(0)] TerminalRecord? Terminal, [property: Id(1)] Refusal? Refusal)
{
    internal static TerminalStepOutcome Of(Result<TerminalRecord> result) => new(result.IsRefused ? null : result.Value, result.Refusal);

    internal Result<TerminalRecord> Result => Refusal is { } refusal ? refusal : Terminal!;
}
