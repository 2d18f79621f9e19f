namespace Acquiring.Core.Transactions;

/// <summary>What a line does. The numbers are stored, so they never change.</summary>
public enum TransactionKind : short
{
    Sale = 1,

    /// <summary>Gives back a part or the whole of a sale, and the fee in proportion.</summary>
    Refund = 2,

    /// <summary>Cancels its sale whole; may come before it.</summary>
    Reversal = 3,
}

/// <summary>The kind of card decides the price (domain §3). The numbers are stored, so they never change.</summary>
public enum CardKind : short
{
    Debit = 1,
    Credit = 2,
}
