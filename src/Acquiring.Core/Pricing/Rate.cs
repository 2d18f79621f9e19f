namespace Acquiring.Core.Pricing;

/// <summary>
/// A rate in ten-millionths, the coarsest unit in which 0.02925 % (the network's side of a debit sale since 2021) is exact.
/// 0.60 % is 60,000. Range 0 to 10,000,000 (100 %). <c>default</c> is free of charge.
/// </summary>
public readonly record struct Rate(long PerTenMillion)
{
    public const long Whole = 10_000_000;

    /// <summary>Up to here product and rounding fit 64 bits without a sign: beyond every amount a file can carry.</summary>
    private const long FastFenMax = 1_000_000_000_000;

    /// <summary>Reads percent with at most five decimals ("0.60", "1.25", "0.02925"); nothing finer is representable, so it is refused.</summary>
    public static bool TryParsePercent(ReadOnlySpan<char> text, out Rate rate)
    {
        rate = default;
        var point = text.IndexOf('.');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? [] : text[(point + 1)..];
        if (whole.Length is 0 or > 3 || fraction.Length > 5 || (point >= 0 && fraction.Length == 0))
        {
            return false;
        }

        long value = 0;
        foreach (var c in whole)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            value = (value * 10) + (c - '0');
        }

        for (var i = 0; i < 5; i++)
        {
            var c = i < fraction.Length ? fraction[i] : '0';
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            value = (value * 10) + (c - '0');
        }

        rate = new Rate(value);
        return value <= Whole;
    }

    /// <summary>
    /// The share of an amount of 0 or more, rounded half-up to the fen. Beyond the amounts of files the product is taken in 128 bits, so
    /// no amount wraps.
    /// </summary>
    public long OfHalfUp(long amountFen) => amountFen is >= 0 and <= FastFenMax && PerTenMillion is >= 0 and <= Whole
        ? (long)((((ulong)amountFen * (ulong)PerTenMillion) + (Whole / 2)) / Whole)
        : HalfUp.Divide((Int128)amountFen * PerTenMillion, Whole);

    /// <summary>Percent, with trailing zeros beyond two decimals left out.</summary>
    public override string ToString()
    {
        var text = $"{PerTenMillion / 100_000}.{PerTenMillion % 100_000:D5}".TrimEnd('0');
        var decimals = text.Length - text.IndexOf('.') - 1;
        return decimals >= 2 ? text : text.PadRight(text.Length + 2 - decimals, '0');
    }
}

/// <summary>Half-up to the fen: the rounding of fees (domain §3). .NET's own rounding is half-to-even and is banned.</summary>
public static class HalfUp
{
    /// <summary>Both operands not negative, the divisor positive. Throws <see cref="OverflowException"/> beyond 64 bits.</summary>
    public static long Divide(Int128 dividend, Int128 divisor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(dividend);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(divisor);
        return checked((long)(((dividend * 2) + divisor) / (divisor * 2)));
    }
}
