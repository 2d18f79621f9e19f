namespace Acquiring.Core.Transactions;

/// <summary>
/// All that is ever kept of a card number: the first six digits, the last four and the length, packed into one integer so that a
/// whole number cannot be stored by mistake. <c>default</c> means no card (a wallet, or a line without one).
/// </summary>
public readonly record struct CardMask(long Packed)
{
    public const int LengthMin = 13;
    public const int LengthMax = 19;

    public static CardMask Of(int first6, int last4, int length) => new(((first6 * 10_000L) + last4) * 100 + length);

    public bool IsNone => Packed == 0;

    public override string ToString()
    {
        if (IsNone)
        {
            return "";
        }

        var length = (int)(Packed % 100);
        var last4 = Packed / 100 % 10_000;
        var first6 = Packed / 1_000_000;
        return $"{first6:D6}{new string('*', length - 10)}{last4:D4}";
    }
}
