using Acquiring.Core.Merchants;

namespace Acquiring.Core.Terminals;

/// <summary>A terminal number: 8 letters or digits (domain §5). <c>default</c> is no terminal.</summary>
public readonly record struct TerminalNo(string Text)
{
    public const int Length = 8;

    public static bool TryParse(ReadOnlySpan<char> text, out TerminalNo no)
    {
        var valid = text.Length == Length && Identifiers.IsAsciiLettersOrDigits(text);
        no = valid ? new TerminalNo(text.ToString()) : default;
        return valid;
    }

    public override string ToString() => Text ?? "";
}
