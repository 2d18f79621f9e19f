namespace Acquiring.Core.Merchants;

/// <summary>
/// A merchant number: 15 letters or digits, usually acquirer 3 + area 4 + MCC 4 + sequence 4 (domain §5), but other acquirers'
/// numbers follow no pattern, so none is demanded. <c>default</c> is no merchant.
/// </summary>
public readonly record struct MerchantNo(string Text)
{
    public const int Length = 15;

    public static bool TryParse(ReadOnlySpan<char> text, out MerchantNo no)
    {
        var valid = text.Length == Length && Identifiers.IsAsciiLettersOrDigits(text);
        no = valid ? new MerchantNo(text.ToString()) : default;
        return valid;
    }

    public override string ToString() => Text ?? "";
}

/// <summary>What identifiers of the field are made of.</summary>
public static class Identifiers
{
    public static bool IsAsciiLettersOrDigits(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c))
            {
                return false;
            }
        }

        return true;
    }
}
