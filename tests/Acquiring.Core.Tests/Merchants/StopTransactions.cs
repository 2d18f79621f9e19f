using Acquiring.Core.Merchants;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Tests.Merchants;

public sealed class StopTransactions
{
    [Theory]
    [InlineData("", TransactionKind.Sale, PayType.Card, CardKind.Debit, true)]
    [InlineData("", TransactionKind.Refund, PayType.Card, CardKind.Debit, false)]
    [InlineData("", TransactionKind.Reversal, PayType.Card, CardKind.Debit, false)]
    [InlineData("CreditCards", TransactionKind.Sale, PayType.Card, CardKind.Credit, true)]
    [InlineData("CreditCards", TransactionKind.Sale, PayType.Card, CardKind.Debit, false)]
    [InlineData("CreditCards", TransactionKind.Sale, PayType.Qr, CardKind.Credit, false)]
    [InlineData("CreditCards", TransactionKind.Refund, PayType.Card, CardKind.Credit, false)]
    [InlineData("Qr", TransactionKind.Sale, PayType.Qr, CardKind.Debit, true)]
    [InlineData("Qr", TransactionKind.Sale, PayType.Wallet, CardKind.Debit, false)]
    [InlineData("Wallet", TransactionKind.Sale, PayType.Wallet, CardKind.Debit, true)]
    [InlineData("Refunds", TransactionKind.Refund, PayType.Card, CardKind.Debit, true)]
    [InlineData("Refunds", TransactionKind.Reversal, PayType.Card, CardKind.Debit, false)]
    [InlineData("Refunds", TransactionKind.Sale, PayType.Card, CardKind.Debit, false)]
    [InlineData("Qr,Refunds", TransactionKind.Refund, PayType.Card, CardKind.Debit, true)]
    public void A_hold_stops_what_it_names_and_nothing_else(
        string scopes, TransactionKind kind, PayType payType, CardKind cardKind, bool stops)
    {
        var hold = new MerchantHold(
            2, [.. scopes.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<RestrictionScope>)], "why", "cure", "somebody", default);
        hold.Stops(kind, payType, cardKind).ShouldBe(stops);
    }
}
