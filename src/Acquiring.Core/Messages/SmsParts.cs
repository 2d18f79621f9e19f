namespace Acquiring.Core.Messages;

/// <summary>
/// How many short messages a text is carried in (3GPP TS 23.038, 23.040): 160 septets of the GSM 7-bit alphabet or 70 UTF-16 units alone;
/// in several parts each gives 7 septets or 3 units to its heading. A character is never cut in two.
/// </summary>
public static class SmsParts
{
    private const int SeptetsAlone = 160;
    private const int SeptetsOfMany = 153;
    private const int UnitsAlone = 70;
    private const int UnitsOfMany = 67;

    private const string Basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    private const string Extended = "\f^{}\\[~]|€";

    /// <summary>1 and more; an empty text is one part too.</summary>
    public static int Of(string text)
    {
        var plain = text.All(c => Basic.Contains(c, StringComparison.Ordinal) || Extended.Contains(c, StringComparison.Ordinal));
        var (alone, ofMany) = plain ? (SeptetsAlone, SeptetsOfMany) : (UnitsAlone, UnitsOfMany);
        return Fill(text, plain, alone) == 1 ? 1 : Fill(text, plain, ofMany);
    }

    private static int Fill(string text, bool plain, int room)
    {
        var (parts, used) = (1, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var size = plain ? Extended.Contains(text[i], StringComparison.Ordinal) ? 2 : 1
                : char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) ? 2
                : 1;
            if (used + size > room)
            {
                (parts, used) = (parts + 1, 0);
            }

            used += size;
            i += !plain && size == 2 ? 1 : 0;
        }

        return parts;
    }
}
