namespace Acquiring.Backend.Lists;

/// <summary>
/// An address as lists and exports show it: road and place stay, the numbers of house, floor and room do not. A micro merchant's premises
/// are often its home.
/// </summary>
internal static class AddressMask
{
    public static string Of(string address) =>
        string.Create(address.Length, address, static (masked, text) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                // Full-width digits are digits to a reader, too.
                masked[i] = char.IsDigit(text[i]) ? '*' : text[i];
            }
        });
}
