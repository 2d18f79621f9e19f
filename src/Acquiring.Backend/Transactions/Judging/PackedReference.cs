namespace Acquiring.Backend.Transactions.Judging;

/// <summary>
/// A reference in 16 bytes and without loss: at most 21 letters, digits and hyphens, six bits each. A million of them are a million
/// numbers, where strings would be a million objects.
/// </summary>
internal readonly record struct PackedReference(UInt128 Bits)
{
    private const int LengthMax = 21;
    private const int BitsPerCharacter = 6;

    /// <summary><c>false</c> for a text that no reader of ours accepts as a reference.</summary>
    public static bool TryOf(ReadOnlySpan<char> text, out PackedReference packed)
    {
        packed = default;
        if (text.Length > LengthMax)
        {
            return false;
        }

        // Ten characters fit in 64 bits, which are cheaper to shift.
        ulong low = 0, middle = 0, high = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var code = CodeOf(text[i]);
            if (code == 0)
            {
                return false;
            }

            ref var part = ref (i < 10 ? ref low : ref i < 20 ? ref middle : ref high);
            part = (part << BitsPerCharacter) | code;
        }

        packed = new((((UInt128)high << 60 | middle) << 60) | low);
        return true;
    }

    /// <summary>1 to 63; 0 for anything else.</summary>
    private static uint CodeOf(char c) => c switch
    {
        >= '0' and <= '9' => (uint)(c - '0') + 1,
        >= 'A' and <= 'Z' => (uint)(c - 'A') + 11,
        >= 'a' and <= 'z' => (uint)(c - 'a') + 37,
        '-' => 63,
        _ => 0,
    };
}
