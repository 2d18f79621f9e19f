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
    private RegisteredTerminal? _terminal;

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

    /// <summary>Of a sale that is not held: what it costs.</summary>
    public PricedSale Price { get; private set; }

    /// <summary>The batch it is kept under: its own, or a free absent one (see <see cref="LineTwin"/>).</summary>
    public int Batch { get; set; } = line.Batch;

    public short Turn { get; set; }

    /// <summary>The row it was posted as.</summary>
    public JournalRow? Row { get; private set; }

    public bool IsKnownPair => MerchantId != 0 && TerminalId != 0;

    public JournalKey Key => new(Line.TransactionDate, TerminalId, Line.Stan, Line.Kind, Batch, MerchantId);

    /// <summary>Looks the line's terminal up; <c>false</c> when there is none of that number.</summary>
    public bool FindTerminal(RegistrySnapshot registry)
    {
        registry.TryTerminal(Line.TerminalNo.Text, out _terminal);
        TerminalId = _terminal?.TerminalId ?? 0;
        return _terminal is not null;
    }

    /// <summary>Looks the line's names up. Says why it would be held, without deciding it yet: duplicates are judged first.</summary>
    public HoldReason Resolve(RegistrySnapshot registry)
    {
        FindTerminal(registry);
        return ResolveFound(registry);
    }

    /// <summary>The rest of <see cref="Resolve"/>, after <see cref="FindTerminal"/> by the same registry.</summary>
    public HoldReason ResolveFound(RegistrySnapshot registry)
    {
        // A line may be judged anew after its transaction was rolled back.
        (Outcome, Batch, Turn, Row) = (Outcome.Undecided, Line.Batch, 0, null);
        var boundTo = _terminal?.MerchantIdAt(Line.OccurredAt);

        // Nearly always the merchant is whom the terminal works for, and an id is found faster than a number.
        if ((boundTo is { } id && registry.TryMerchant(id, out var merchant) && merchant.MerchantNo == Line.MerchantNo.Text)
            || registry.TryMerchant(Line.MerchantNo.Text, out merchant))
        {
            MerchantId = merchant.MerchantId;
        }

        if (_terminal is null)
        {
            return HoldReason.UnknownTerminal;
        }

        if (merchant is null)
        {
            return HoldReason.UnknownMerchant;
        }

        if (boundTo != MerchantId)
        {
            return HoldReason.BoundToAnother;
        }

        if (merchant.PlanOn(Line.TransactionDate) is not { } plan)
        {
            return HoldReason.NoFeePlan;
        }

        if (Line.Kind == TransactionKind.Sale)
        {
            Price = merchant.Price(plan, Line.TransactionDate, Line.PayType, Line.CardKind, Line.AmountFen);
        }

        return HoldReason.None;
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

    /// <summary>Posts a sale at its price. A declared fee is kept only where it is not ours.</summary>
    public JournalRow Post(DateOnly businessDate) => Posted(RowOn(businessDate));

    /// <summary>The row of a sale, made without keeping it.</summary>
    public JournalRow RowOn(DateOnly businessDate)
    {
        var row = RowOf(businessDate, Price.Parts, Price.FeePlanId, Price.PlanTerm, Price.TariffRuleId);
        return Line.DeclaredFeeFen is { } declared && declared != Price.FeeFen ? row with { DeclaredFeeFen = declared } : row;
    }

    /// <summary>Posts a refund or reversal; what made the sale's fee makes what is given back of it.</summary>
    public JournalRow Post(DateOnly businessDate, FeeParts givenBack, JournalRow sale) => Posted(
        RowOf(businessDate, givenBack.Negated, sale.FeePlanId, sale.PlanTerm, sale.TariffRuleId) with { Original = sale.Key });

    private JournalRow Posted(JournalRow row)
    {
        Outcome = Outcome.Posted;
        return Row = row;
    }

    private JournalRow RowOf(DateOnly businessDate, FeeParts fee, int feePlanId, short planTerm, short tariffRuleId) =>
        new()
        {
            Key = Key,
            Turn = Turn,
            OccurredAt = Line.OccurredAt,
            BusinessDate = businessDate,
            AmountFen = Line.AmountFen,
            Fee = fee,
            Card = Line.Card,
            CardReference = CardReference,
            CardKind = Line.CardKind,
            PayType = Line.PayType,
            Reference = Line.Reference,
            FileId = FileId,
            LineNo = LineNo,
            FeePlanId = feePlanId,
            PlanTerm = planTerm,
            TariffRuleId = tariffRuleId,
        };
}
