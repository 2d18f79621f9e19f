using System.Globalization;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Clearing;

/// <summary>Why a file is not taken at all. Nothing of it has been booked; the cure is in the text.</summary>
internal static class ClearingRefusals
{
    private const int ListCharactersMax = 200;

    public static Refusal EmptyFile() => Of("clearing.empty-file");

    public static Refusal Utf16() => Of("clearing.utf16");

    public static Refusal NotText(long offset, byte value) =>
        Of("clearing.not-text", new Detail("offset", offset.ToString(CultureInfo.InvariantCulture)), new Detail("byte", $"0x{value:X2}"));

    public static Refusal FirstLineTooLong() =>
        Of("clearing.first-line-too-long", new Detail("max", ClearingFormat.LineBytesMax.ToString(CultureInfo.InvariantCulture)));

    public static Refusal Delimiter(string found) => Of("clearing.delimiter", new Detail("found", found));

    public static Refusal NoHeader() => Of("clearing.no-header");

    public static Refusal DuplicateColumns(IEnumerable<string> columns) => Of("clearing.duplicate-columns", List(columns));

    public static Refusal AmountUnit(IEnumerable<string> columns) => Of("clearing.amount-unit", List(columns));

    public static Refusal FeeUnit() => Of("clearing.fee-unit");

    public static Refusal MissingColumns(IEnumerable<string> columns) => Of("clearing.missing-columns", List(columns));

    public static Refusal UnknownColumns(IEnumerable<string> columns) => Of("clearing.unknown-columns", List(columns));

    public static Refusal UnknownFormat(ReadOnlySpan<byte> firstLine) =>
        Of("clearing.unknown-format", new Detail("found", LineFaults.Show(firstLine)));

    private static Refusal Of(string code, params IReadOnlyList<Detail> details) => Refusal.Of(RefusalKind.Invalid, code, details);

    private static Detail List(IEnumerable<string> columns)
    {
        var text = CardNumbers.MaskIn(string.Join(", ", columns));
        return new Detail("columns", text.Length == 0 ? "-" : text.Length <= ListCharactersMax ? text : text[..ListCharactersMax] + "...");
    }
}
