namespace Acquiring.Core.Clearing;

/// <summary>Money of a CSV column in its declared unit. Nothing is rounded: what is not whole fen is a fault.</summary>
internal static class CsvMoney
{
    /// <summary>Reads an amount of 1 to <see cref="ClearingLine.AmountFenMax"/> fen; returns the code of what is wrong, else <c>null</c>.</summary>
    public static string? ReadAmount(ReadOnlySpan<byte> text, bool inYuan, out long fen)
    {
        if (text is [(byte)'-', ..])
        {
            return ReadMagnitude(text[1..], inYuan, out fen) == LineCodes.Amount ? LineCodes.Amount : LineCodes.AmountNegative;
        }

        var code = ReadMagnitude(text, inYuan, out fen);
        return code is null && fen == 0 ? LineCodes.AmountZero : code;
    }

    /// <summary>Reads a fee: signed, and absent when empty.</summary>
    public static bool TryFee(ReadOnlySpan<byte> text, bool inYuan, out long? fen)
    {
        fen = null;
        if (text.IsEmpty)
        {
            return true;
        }

        var negative = text[0] == '-';
        if (ReadMagnitude(negative ? text[1..] : text, inYuan, out var magnitude) is not null)
        {
            return false;
        }

        fen = negative ? -magnitude : magnitude;
        return true;
    }

    private static string? ReadMagnitude(ReadOnlySpan<byte> text, bool inYuan, out long fen)
    {
        fen = 0;
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? [] : text[(point + 1)..];
        if (whole.IsEmpty || !FieldValues.AreDigits(whole) || !FieldValues.AreDigits(fraction))
        {
            return LineCodes.Amount;
        }

        if (inYuan && fraction.Length != 2)
        {
            return LineCodes.AmountYuanDecimals;
        }

        if (!inYuan && point >= 0)
        {
            return LineCodes.AmountFenDecimals;
        }

        whole = whole.TrimStart((byte)'0');
        if (whole.Length > 12)
        {
            return LineCodes.AmountTooLarge;
        }

        foreach (var digit in whole)
        {
            fen = (fen * 10) + (digit - '0');
        }

        foreach (var digit in fraction)
        {
            fen = (fen * 10) + (digit - '0');
        }

        return fen > ClearingLine.AmountFenMax ? LineCodes.AmountTooLarge : null;
    }
}
