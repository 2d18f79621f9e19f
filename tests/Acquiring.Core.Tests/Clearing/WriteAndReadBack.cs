using System.Text;
using Acquiring.Core.Clearing;
using Acquiring.Core.Merchants;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;
using FsCheck;
using FsCheck.Fluent;

namespace Acquiring.Core.Tests.Clearing;

public sealed class WriteAndReadBack
{
    private const string Alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly Gen<(DateOnly BusinessDate, ClearingLine Line)> Lines =
        from day in Gen.Choose(new DateOnly(2024, 1, 1).DayNumber, new DateOnly(2033, 12, 31).DayNumber)
        from age in Gen.Choose(0, 364) // further back a ZM date would be the next year's
        from second in Gen.Choose(0, 86_399)
        from kind in Gen.Elements(TransactionKind.Sale, TransactionKind.Refund, TransactionKind.Reversal)
        from cardKind in Gen.Elements(CardKind.Debit, CardKind.Credit)
        from merchant in Text(Alphanumeric, 15, 15)
        from terminal in Text(Alphanumeric, 8, 8)
        from batch in Gen.Choose(ClearingLine.NoBatch, 999_999)
        from stan in Gen.Choose(0, 999_999)
        from amount in Fen(1)
        from fee in Gen.OneOf(Gen.Constant<long?>(null), Fen(0).Select(f => (long?)f), Fen(1).Select(f => (long?)-f))
        from card in Text("0123456789", 13, 19)
        from cardForm in Gen.Choose(0, 2)
        from reference in Text(Alphanumeric + "-", 0, 21)
        from original in Text(Alphanumeric + "-", 0, 21)
        from originalStan in Gen.Choose(1, 999_999)
        from originalAge in Gen.Choose(0, 364)
        let date = DateOnly.FromDayNumber(day - age)
        let sale = kind == TransactionKind.Sale
        select (DateOnly.FromDayNumber(day), new ClearingLine
        {
            MerchantNo = new MerchantNo(merchant),
            TerminalNo = new TerminalNo(terminal),
            Batch = batch,
            Stan = stan,
            OccurredAt = date.ToDateTime(TimeOnly.MinValue).AddSeconds(second),
            Kind = kind,
            AmountFen = amount,
            CardKind = cardKind,
            Card = cardForm == 0 ? default : CardMask.Of(int.Parse(card[..6]), int.Parse(card[^4..]), card.Length),
            FullCardNumber = cardForm == 2 ? card : null,
            Reference = reference,
            OriginalReference = sale ? "" : original,
            OriginalStan = sale ? null : originalStan,
            OriginalOccurredAt = sale ? null : date.AddDays(-originalAge).ToDateTime(TimeOnly.MinValue).AddSeconds(second),
            DeclaredFeeFen = fee,
        });

    [Fact]
    public void A_zm_line_is_what_was_written_except_for_the_batch_it_cannot_carry() =>
        ForAll(x => Reading.Zm.LineOf(ZmText.Of(x.Line), x.BusinessDate) == x.Line with { Batch = ClearingLine.NoBatch });

    [Fact]
    public void A_csv_line_in_fen_is_what_was_written_except_for_what_zm_alone_carries() =>
        ForAll(x => Reading.Fen.LineOf(CsvText.Of(CsvText.FenHeader, x.Line), x.BusinessDate) == WithoutOriginal(x.Line));

    [Fact]
    public void A_csv_line_in_yuan_is_what_was_written_in_any_order_of_columns()
    {
        var header = string.Join(',', CsvText.YuanHeader.Split(',').OrderBy(n => n.Length).ThenBy(n => n, StringComparer.Ordinal));
        var format = Reading.Recognise(Encoding.UTF8.GetBytes(header)).Value;
        ForAll(x => format.LineOf(CsvText.Of(header, x.Line), x.BusinessDate) == WithoutOriginal(x.Line));
    }

    private static ClearingLine WithoutOriginal(ClearingLine line) => line with { OriginalStan = null, OriginalOccurredAt = null };

    private static void ForAll(Func<(DateOnly BusinessDate, ClearingLine Line), bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Lines.ToArbitrary(), property));

    private static Gen<long> Fen(long least) => Gen.OneOf(
        Gen.Elements(least, ClearingLine.AmountFenMax),
        from high in Gen.Choose(0, 999_999)
        from low in Gen.Choose((int)least, 999_999)
        select (high * 1_000_000L) + low);

    private static Gen<string> Text(string letters, int lengthMin, int lengthMax) =>
        from length in Gen.Choose(lengthMin, lengthMax)
        from text in Gen.Elements(letters.ToCharArray()).ArrayOf(length)
        select new string(text);
}
