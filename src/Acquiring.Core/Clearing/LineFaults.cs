using System.Globalization;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Clearing;

/// <summary>The codes a line can fail with; each has a text in both languages, with <c>{field}</c> and <c>{found}</c> to fill in.</summary>
public static class LineCodes
{
    public const string TooLong = "clearing.line.too-long";
    public const string Empty = "clearing.line.empty";
    public const string Control = "clearing.line.control";
    public const string Encoding = "clearing.line.encoding";
    public const string Length = "clearing.line.length";
    public const string Separator = "clearing.line.separator";
    public const string Columns = "clearing.line.columns";
    public const string Quotes = "clearing.line.quotes";
    public const string MerchantNo = "clearing.line.merchant-no";
    public const string TerminalNo = "clearing.line.terminal-no";
    public const string Batch = "clearing.line.batch";
    public const string Stan = "clearing.line.stan";
    public const string Time = "clearing.line.time";
    public const string DateRange = "clearing.line.date-range";
    public const string Kind = "clearing.line.kind";
    public const string TransactionType = "clearing.line.transaction-type";
    public const string Amount = "clearing.line.amount";
    public const string AmountNegative = "clearing.line.amount-negative";
    public const string AmountZero = "clearing.line.amount-zero";
    public const string AmountTooLarge = "clearing.line.amount-too-large";
    public const string AmountFenDecimals = "clearing.line.amount-fen-decimals";
    public const string AmountYuanDecimals = "clearing.line.amount-yuan-decimals";
    public const string Mcc = "clearing.line.mcc";
    public const string CardKind = "clearing.line.card-kind";
    public const string CardKindCode = "clearing.line.card-kind-code";
    public const string Card = "clearing.line.card";
    public const string CardElsewhere = "clearing.line.card-elsewhere";
    public const string Reference = "clearing.line.reference";
    public const string Fee = "clearing.line.fee";
    public const string SignedAmount = "clearing.line.signed-amount";
}

/// <summary>Makes faults. What is shown of a line is decoded, short, printable, and never a whole card number.</summary>
public static class LineFaults
{
    /// <summary>The most characters of the input a fault shows.</summary>
    public const int FoundCharactersMax = 40;

    /// <summary>The name that stands for the line as a whole.</summary>
    public const string WholeLine = "line";

    /// <summary>For the caller that streamed past a line longer than <see cref="ClearingFormat.LineBytesMax"/>.</summary>
    /// <param name="bytes">How long it was, without its line end.</param>
    public static LineFault TooLong(long bytes) => Numbers(WholeLine, LineCodes.TooLong, $"{bytes}");

    internal static LineFault? OfWholeLine(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ClearingFormat.LineBytesMax)
        {
            return TooLong(bytes.Length);
        }

        if (bytes.IsEmpty)
        {
            return new LineFault(WholeLine, LineCodes.Empty, "");
        }

        var control = bytes.IndexOfAnyInRange((byte)0, (byte)0x1F);
        if (control >= 0)
        {
            return AtByte(LineCodes.Control, bytes, control);
        }

        return LineEncoding.IsText(bytes) ? null : AtByte(LineCodes.Encoding, bytes, LineEncoding.FirstInvalid(bytes));
    }

    /// <summary>Shows the field's own text.</summary>
    internal static LineFault Of(string field, string code, ReadOnlySpan<byte> found) => new(field, code, Show(found));

    /// <summary>For a field that may hold a card number: nothing of it is shown.</summary>
    internal static LineFault Unshown(string field, string code) => new(field, code, "");

    internal static LineFault Numbers(string field, string code, FormattableString found) =>
        new(field, code, found.ToString(CultureInfo.InvariantCulture));

    /// <summary>Masks first and shortens afterwards, so that a cut cannot hide that digits belong to a card number.</summary>
    internal static string Show(ReadOnlySpan<byte> bytes)
    {
        var shown = CardNumbers.MaskIn(LineEncoding.Decode(bytes)).ToCharArray();
        for (var i = 0; i < shown.Length; i++)
        {
            if (char.GetUnicodeCategory(shown[i]) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                shown[i] = '?';
            }
        }

        var length = Math.Min(shown.Length, FoundCharactersMax);
        if (length > 0 && length < shown.Length && char.IsHighSurrogate(shown[length - 1]))
        {
            length--;
        }

        return new string(shown, 0, length);
    }

    private static LineFault AtByte(string code, ReadOnlySpan<byte> bytes, int at) =>
        Numbers(WholeLine, code, $"0x{bytes[at]:X2} @{at + 1}");
}
