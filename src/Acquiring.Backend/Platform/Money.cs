namespace Acquiring.Backend.Platform;

/// <summary>An amount as the HTTP interface writes it: <c>{ "amountFen": 12345, "currency": "CNY" }</c>. Negative is owed or given back.</summary>
public readonly record struct Money(long AmountFen, string Currency = "CNY");
