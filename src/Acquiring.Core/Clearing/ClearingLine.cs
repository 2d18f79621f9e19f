using Acquiring.Core.Merchants;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Clearing;

/// <summary>
/// One well-formed line of a clearing file, whatever its format. Money is fen and never negative here: the kind says the direction.
/// </summary>
public sealed record ClearingLine
{
    /// <summary>The largest amount any format can carry: the twelve digits of ZM.</summary>
    public const long AmountFenMax = 999_999_999_999;

    /// <summary>Stands for a batch the format does not have (ZM); it matches any batch.</summary>
    public const int NoBatch = -1;

    public required MerchantNo MerchantNo { get; init; }

    public required TerminalNo TerminalNo { get; init; }

    /// <summary>0 to 999999, or <see cref="NoBatch"/>.</summary>
    public required int Batch { get; init; }

    /// <summary>System trace audit number, 0 to 999999; wraps.</summary>
    public required int Stan { get; init; }

    /// <summary>Local time of the transaction in China (UTC+8), to the second; its date is the transaction date.</summary>
    public required DateTime OccurredAt { get; init; }

    public required TransactionKind Kind { get; init; }

    /// <summary>1 to <see cref="AmountFenMax"/>.</summary>
    public required long AmountFen { get; init; }

    public required CardKind CardKind { get; init; }

    public PayType PayType { get; init; } = PayType.Card;

    public CardMask Card { get; init; }

    /// <summary>
    /// The whole card number where the file carried one. Lives in memory only, until the edge has made the keyed reference of it.
    /// </summary>
    public string? FullCardNumber { get; init; }

    /// <summary>Reference number, at most 21 characters; empty when the line has none.</summary>
    public required string Reference { get; init; }

    /// <summary>Of a refund or reversal: the sale's reference; empty when the line has none.</summary>
    public string OriginalReference { get; init; } = "";

    /// <summary>Of a refund or reversal: the sale's STAN, where the format carries it.</summary>
    public int? OriginalStan { get; init; }

    /// <summary>Of a refund or reversal: the sale's local time, where the format carries it.</summary>
    public DateTime? OriginalOccurredAt { get; init; }

    /// <summary>The fee the file declares: positive is charged, negative is given back. <c>null</c> when it declares none.</summary>
    public long? DeclaredFeeFen { get; init; }

    public DateOnly TransactionDate => DateOnly.FromDateTime(OccurredAt);

    // A record prints its members; this one may hold a card number.
    public override string ToString() => $"{Kind} {MerchantNo} {TerminalNo} {Batch} {Stan} {OccurredAt:yyyy-MM-ddTHH:mm:ss} {AmountFen}";
}

/// <summary>Why a line cannot be read: the field by its name in the format, and a code whose text says what was expected.</summary>
/// <param name="Field">The column of a CSV file, or the name of the ZM field; <c>line</c> when it is the line as a whole.</param>
/// <param name="Code">A text key, such as <c>clearing.line.amount-range</c>.</param>
/// <param name="Found">What stood there, shortened, with every card number masked.</param>
public sealed record LineFault(string Field, string Code, string Found);
