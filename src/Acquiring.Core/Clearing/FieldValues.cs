using System.Text;
using Acquiring.Core.Merchants;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Clearing;

/// <summary>What both formats read alike, from bytes, without a string until a value is kept. All of it is ASCII.</summary>
internal static class FieldValues
{
    /// <summary>The longest reference number in files (domain §5).</summary>
    public const int ReferenceLengthMax = 21;

    public static bool AreDigits(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>One to eighteen digits: all that surely fits.</summary>
    public static bool TryDigits(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.Length is 0 or > 18 || !AreDigits(text))
        {
            return false;
        }

        foreach (var digit in text)
        {
            value = (value * 10) + (digit - '0');
        }

        return true;
    }

    /// <summary>A STAN or batch number: one to six digits, since spreadsheets drop leading zeros.</summary>
    public static bool TrySixDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        if (text.Length > 6 || !TryDigits(text, out var number))
        {
            return false;
        }

        value = (int)number;
        return true;
    }

    public static bool TryMerchantNo(ReadOnlySpan<byte> text, out MerchantNo no)
    {
        var valid = text.Length == MerchantNo.Length && AreLettersOrDigits(text);
        no = valid ? new MerchantNo(Encoding.ASCII.GetString(text)) : default;
        return valid;
    }

    public static bool TryTerminalNo(ReadOnlySpan<byte> text, out TerminalNo no)
    {
        var valid = text.Length == TerminalNo.Length && AreLettersOrDigits(text);
        no = valid ? new TerminalNo(Encoding.ASCII.GetString(text)) : default;
        return valid;
    }

    /// <summary>At most 21 letters, digits or hyphens; none at all is an absent reference.</summary>
    public static bool TryReference(ReadOnlySpan<byte> text, out string reference)
    {
        reference = "";
        if (text.Length > ReferenceLengthMax)
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c != '-')
            {
                return false;
            }
        }

        reference = text.IsEmpty ? "" : Encoding.ASCII.GetString(text);
        return true;
    }

    /// <summary>Whether the line's date is one its file can have.</summary>
    public static bool IsInRange(DateOnly date, DateOnly businessDate) =>
        date <= businessDate && businessDate.DayNumber - date.DayNumber <= ClearingFormat.LateDaysMax;

    /// <summary>A whole card number, this line's or any, must not be kept under another name. The first kept field that holds it, or <c>null</c>.</summary>
    public static LineFault? CardElsewhere(
        string? fullCardNumber,
        (string Field, string Value) merchant,
        (string Field, string Value) reference,
        (string Field, string Value) originalReference)
    {
        var field = Holds(merchant) ? merchant.Field
            : Holds(reference) ? reference.Field
            : Holds(originalReference) ? originalReference.Field
            : null;
        return field is null ? null : LineFaults.Unshown(field, LineCodes.CardElsewhere);

        // A merchant number is one we know; a reference of a card's length, range and check digit is taken for a card.
        bool Holds((string Field, string Value) kept) =>
            (fullCardNumber is not null && kept.Value.Contains(fullCardNumber, StringComparison.Ordinal))
            || (kept.Field != merchant.Field && CardLikeText.IsCardNumber(kept.Value));
    }

    private static bool AreLettersOrDigits(ReadOnlySpan<byte> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)c))
            {
                return false;
            }
        }

        return true;
    }
}
