namespace Acquiring.Backend.Platform;

/// <summary>An amount as the HTTP interface writes it: <c>{ "amountFen": 12345, "currency": "CNY" }</c>. Negative is owed or given back.</summary>
/// <param name="AmountFen">In fen (分), a hundredth of a yuan.</param>
/// <param name="Currency">Always <c>CNY</c>.</param>
public readonly record struct Money(long AmountFen, string Currency = "CNY");
