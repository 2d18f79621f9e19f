namespace Acquiring.Core.Terminals;

/// <summary>What a terminal is. The stored and shown word is the name in camel case.</summary>
public enum TerminalKind
{
    /// <summary>A card machine with its maker's serial number.</summary>
    Pos = 1,

    /// <summary>A printed QR code on a counter (码牌). It has a plate code of ours where a machine has a serial number.</summary>
    QrPlate,
}

public static class TerminalKinds
{
    public static TerminalKind Of(string word) => Enum.Parse<TerminalKind>(word, ignoreCase: true);
}
