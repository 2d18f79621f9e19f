using Acquiring.Backend.Registry;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Core.Clearing;
using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Transactions.Judging;

internal enum Outcome
{
    Undecided,
    Posted,
    Duplicate,
    Held,
}

/// <summary>A readable line on its way to its outcome: fresh from a file, or out of suspense.</summary>
internal sealed class Candidate(ClearingLine line, int fileId, int lineNo, DateOnly businessDate)
{
    public ClearingLine Line { get; } = line;

    /// <summary>Where the line came from; stays with it through suspense.</summary>
    public int FileId { get; } = fileId;

    public int LineNo { get; } = lineNo;

    /// <summary>The business date of its file; the row takes it, or the next open date when it is closed.</summary>
    public DateOnly BusinessDate { get; } = businessDate;

    /// <summary>Set when the line comes out of suspense.</summary>
    public long? HeldLineId { get; init; }

    public byte[]? CardReference { get; init; }

    public Outcome Outcome { get; private set; }

    public HoldReason HoldReason { get; private set; }

    /// <summary>Of a duplicate: the file of the line it repeats.</summary>
    public int TwinFileId { get; private set; }

    public int MerchantId { get; private set; }

    public int TerminalId { get; private set; }

    public FeePlan? Plan { get; private set; }

    /// <summary>The batch it is kept under: its own, or a free absent one (see <see cref="LineTwin"/>).</summary>
    public int Batch { get; set; } = line.Batch;

    public short Turn { get; set; }

    /// <summary>The row it was posted as.</summary>
    public JournalRow? Row { get; private set; }

    public bool IsKnownPair => MerchantId != 0 && TerminalId != 0;

    public JournalKey Key => new(Line.TransactionDate, TerminalId, Line.Stan, Line.Kind, Batch, MerchantId);

    /// <summary>Looks the line's names up. Says why it would be held, without deciding it yet: duplicates are judged first.</summary>
    public HoldReason Resolve(RegistrySnapshot registry)
    {
        if (registry.TryMerchant(Line.MerchantNo.Text, out var merchant))
        {
            MerchantId = merchant.MerchantId;
            Plan = merchant.PlanOn(Line.TransactionDate);
        }

        if (!registry.TryTerminal(Line.TerminalNo.Text, out var terminal))
        {
            return HoldReason.UnknownTerminal;
        }

        TerminalId = terminal.TerminalId;
        if (merchant is null)
        {
            return HoldReason.UnknownMerchant;
        }

        if (terminal.MerchantIdAt(Line.OccurredAt) != MerchantId)
        {
            return HoldReason.BoundToAnother;
        }

        return Plan is null ? HoldReason.NoFeePlan : HoldReason.None;
    }

    public void RepeatOf(int fileId)
    {
        Outcome = Outcome.Duplicate;
        TwinFileId = fileId;
    }

    public void Hold(HoldReason reason)
    {
        Outcome = Outcome.Held;
        HoldReason = reason;
    }

    /// <summary>Posts the line. A declared fee is kept only where it is a sale's and not ours.</summary>
    public JournalRow Post(DateOnly businessDate, long feeFen, JournalKey? original)
    {
        Outcome = Outcome.Posted;
        var differs = Line.Kind == TransactionKind.Sale && Line.DeclaredFeeFen is { } declared && declared != feeFen;
        return Row = new JournalRow
        {
            Key = Key,
            Turn = Turn,
            OccurredAt = Line.OccurredAt,
            BusinessDate = businessDate,
            AmountFen = Line.AmountFen,
            FeeFen = feeFen,
            DeclaredFeeFen = differs ? Line.DeclaredFeeFen : null,
            Card = Line.Card,
            CardReference = CardReference,
            CardKind = Line.CardKind,
            Reference = Line.Reference,
            FileId = FileId,
            LineNo = LineNo,
            FeePlanId = Plan!.Id,
            Original = original,
        };
    }
}
