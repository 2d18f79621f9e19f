namespace Acquiring.Core.Transactions;

/// <summary>How the customer paid; limits and prices may differ by it.</summary>
public enum PayType : short { Card = 1, Qr = 2, Wallet = 3 }
