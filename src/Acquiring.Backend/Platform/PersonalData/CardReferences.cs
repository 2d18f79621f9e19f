using System.Security.Cryptography;
using System.Text;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Platform.PersonalData;

/// <summary>
/// Makes the keyed reference of a card number: the same card gives the same bytes, and without the key nobody can try numbers
/// against it. With the mask it is all that is kept of a card. Thread-safe, without state.
/// </summary>
public sealed class CardReferences
{
    public const int Bytes = 16;

    private readonly byte[] _key;

    public CardReferences(PersonalDataKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key.Subkey("card-reference");
    }

    /// <param name="fullCardNumber">13 to 19 ASCII digits; a masked number is the caller's bug and throws.</param>
    public byte[] Of(string fullCardNumber)
    {
        if (fullCardNumber.Length is < CardMask.LengthMin or > CardMask.LengthMax || fullCardNumber.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            // The value stays out of the text: it may be most of a card number.
            throw new ArgumentException("not 13 to 19 digits", nameof(fullCardNumber));
        }

        Span<byte> digits = stackalloc byte[CardMask.LengthMax];
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var length = Encoding.ASCII.GetBytes(fullCardNumber, digits);
        HMACSHA256.HashData(_key, digits[..length], digest);
        CryptographicOperations.ZeroMemory(digits);
        return digest[..Bytes].ToArray();
    }
}
