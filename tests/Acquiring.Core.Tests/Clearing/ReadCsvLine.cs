using System.Text;
using Acquiring.Core.Clearing;
using Acquiring.Core.Merchants;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Tests.Clearing;

public sealed class ReadCsvLine
{
    private static readonly DateOnly Day = Reading.Nov14;

    private static byte[] Fen(params (string, string)[] changes) => CsvText.Line(CsvText.FenHeader, changes);

    private static byte[] Yuan(params (string, string)[] changes) => CsvText.Line(CsvText.YuanHeader, changes);

    [Fact]
    public void A_sale_is_the_same_in_both_units()
    {
        var sale = new ClearingLine
        {
            MerchantNo = new MerchantNo("102360755110006"),
            TerminalNo = new TerminalNo("10000059"),
            Batch = 1,
            Stan = 6,
            OccurredAt = new DateTime(2026, 11, 14, 19, 54, 45),
            Kind = TransactionKind.Sale,
            AmountFen = 128,
            CardKind = CardKind.Debit,
            Card = CardMask.Of(622_202, 3999, 16),
            Reference = "26111410000059000006",
            DeclaredFeeFen = 1,
        };
        Reading.Fen.LineOf(Fen(), Day).ShouldBe(sale);
        Reading.Yuan.LineOf(Yuan(), Day).ShouldBe(sale);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("999999999999", 999_999_999_999)]
    [InlineData("0000000000000000000000000000007", 7)]
    public void Fen_are_whole(string text, long fen) => Reading.Fen.LineOf(Fen(("amount_fen", text)), Day).AmountFen.ShouldBe(fen);

    [Theory]
    [InlineData("0", "clearing.line.amount-zero")]
    [InlineData("-1", "clearing.line.amount-negative")]
    [InlineData("1000000000000", "clearing.line.amount-too-large")]
    [InlineData("99999999999999999999999999", "clearing.line.amount-too-large")]
    [InlineData("1.28", "clearing.line.amount-fen-decimals")]
    [InlineData("", "clearing.line.amount")]
    [InlineData("-", "clearing.line.amount")]
    [InlineData("+1", "clearing.line.amount")]
    [InlineData("1e3", "clearing.line.amount")]
    [InlineData(" 1", "clearing.line.amount")]
    [InlineData("１２", "clearing.line.amount")]
    public void Amounts_in_fen_fail_clearly(string text, string code)
    {
        var fault = Reading.Fen.FaultOf(Fen(("amount_fen", text)), Day);
        (fault.Field, fault.Code).ShouldBe(("amount_fen", code));
    }

    [Theory]
    [InlineData("0.01", 1)]
    [InlineData("9999999999.99", 999_999_999_999)]
    [InlineData("100.00", 10_000)]
    public void Yuan_have_two_decimals(string text, long fen) => Reading.Yuan.LineOf(Yuan(("amount_yuan", text)), Day).AmountFen.ShouldBe(fen);

    [Theory]
    [InlineData("0.00", "clearing.line.amount-zero")]
    [InlineData("-0.01", "clearing.line.amount-negative")]
    [InlineData("10000000000.00", "clearing.line.amount-too-large")]
    [InlineData("128", "clearing.line.amount-yuan-decimals")]
    [InlineData("1.2", "clearing.line.amount-yuan-decimals")]
    [InlineData("1.280", "clearing.line.amount-yuan-decimals")]
    [InlineData("1.", "clearing.line.amount-yuan-decimals")]
    [InlineData(".28", "clearing.line.amount")]
    [InlineData("1.2.8", "clearing.line.amount")]
    [InlineData("\"1,128.00\"", "clearing.line.amount")]
    public void Amounts_in_yuan_fail_clearly(string text, string code)
    {
        var fault = Reading.Yuan.FaultOf(Yuan(("amount_yuan", text)), Day);
        (fault.Field, fault.Code).ShouldBe(("amount_yuan", code));
    }

    [Theory]
    [InlineData("merchant_no", "10236075511000", "clearing.line.merchant-no", "102360****1000")]
    [InlineData("merchant_no", "1023607551100066", "clearing.line.merchant-no", "102360******0066")]
    [InlineData("terminal_no", "1000005!", "clearing.line.terminal-no", "1000005!")]
    [InlineData("batch_no", "1000000", "clearing.line.batch", "1000000")]
    [InlineData("stan", "", "clearing.line.stan", "")]
    [InlineData("stan", "1000000", "clearing.line.stan", "1000000")]
    [InlineData("kind", "退货", "clearing.line.kind", "退货")]
    [InlineData("card_kind", "prepaid", "clearing.line.card-kind", "prepaid")]
    [InlineData("pan_masked", "6222021620182084x", "clearing.line.card", "")]
    [InlineData("pan_masked", "62220216201820841111", "clearing.line.card", "")]
    [InlineData("pan_masked", "622202162018", "clearing.line.card", "")]
    [InlineData("pan_masked", "622202***1**2084", "clearing.line.card", "")]
    [InlineData("reference_no", "2611141000005900000600", "clearing.line.reference", "261114************0600")]
    [InlineData("declared_fee_fen", "1.5", "clearing.line.fee", "1.5")]
    [InlineData("declared_fee_fen", "--1", "clearing.line.fee", "--1")]
    public void A_bad_column_is_named(string column, string value, string code, string found) =>
        Reading.Fen.FaultOf(Fen((column, value)), Day).ShouldBe(new LineFault(column, code, found));

    [Theory]
    [InlineData("2026-11-14T11:54:45Z", "2026-11-14T19:54:45")]
    [InlineData("2026-11-13T20:00:00-04:00", "2026-11-14T08:00:00")]
    [InlineData("2026-11-14T19:54:45", "2026-11-14T19:54:45")]
    [InlineData("2026-11-14 19:54:45", "2026-11-14T19:54:45")]
    [InlineData("2026-11-14T23:59:59.999+08:00", "2026-11-14T23:59:59")]
    [InlineData("2025-11-13T00:00:00", "2025-11-13T00:00:00")] // 366 days
    public void Times_become_local(string text, string local) =>
        Reading.Fen.LineOf(Fen(("transacted_at", text)), Day).OccurredAt.ShouldBe(DateTime.Parse(local));

    [Theory]
    [InlineData("2026-11-15T00:00:00+08:00", "clearing.line.date-range")]
    [InlineData("2026-11-14T16:00:00Z", "clearing.line.date-range")] // midnight in China
    [InlineData("2025-11-12T23:59:59", "clearing.line.date-range")] // 367 days
    [InlineData("2026-02-29T12:00:00", "clearing.line.time")]
    [InlineData("2026-11-14T24:00:00", "clearing.line.time")]
    [InlineData("2026-11-14T12:00:60", "clearing.line.time")]
    [InlineData("2026-11-14T12:00", "clearing.line.time")]
    [InlineData("2026-11-14", "clearing.line.time")]
    [InlineData("20261114T120000", "clearing.line.time")]
    [InlineData("2026-11-14T12:00:00+8", "clearing.line.time")]
    [InlineData("2026-11-14T12:00:00.", "clearing.line.time")]
    [InlineData("0001-01-01T00:00:00+14:00", "clearing.line.time")]
    [InlineData("0000-01-01T00:00:00", "clearing.line.time")]
    [InlineData("14/11/2026 12:00:00", "clearing.line.time")]
    public void Times_out_of_form_or_range_fail_clearly(string text, string code)
    {
        var fault = Reading.Fen.FaultOf(Fen(("transacted_at", text)), Day);
        (fault.Field, fault.Code, fault.Found).ShouldBe(("transacted_at", code, text));
    }

    [Fact]
    public void Empty_columns_are_absent_values()
    {
        var line = Reading.Fen.LineOf(Fen(("batch_no", ""), ("pan_masked", ""), ("reference_no", ""), ("declared_fee_fen", "")), Day);
        line.Batch.ShouldBe(ClearingLine.NoBatch);
        line.Card.IsNone.ShouldBeTrue();
        line.Reference.ShouldBe("");
        line.DeclaredFeeFen.ShouldBeNull();
    }

    [Theory]
    [InlineData("6222021620180", "622202***0180")]
    [InlineData("6222021620182084777", "622202*********4777")]
    [InlineData("622202*********4777", "622202*********4777")]
    public void Card_numbers_of_13_to_19_digits_are_masked(string pan, string mask)
    {
        var line = Reading.Fen.LineOf(Fen(("pan_masked", pan)), Day);
        line.Card.ToString().ShouldBe(mask);
        line.FullCardNumber.ShouldBe(pan.Contains('*') ? null : pan);
    }

    [Theory]
    [InlineData("merchant_no", "6222021620180XY")]
    [InlineData("reference_no", "6222021620180")]
    [InlineData("original_reference_no", "A6222021620180")]
    public void A_card_number_may_not_stand_in_a_kept_column(string column, string value) =>
        Reading.Fen.FaultOf(Fen(("pan_masked", "6222021620180"), (column, value)), Day)
            .ShouldBe(new LineFault(column, "clearing.line.card-elsewhere", ""));

    [Fact]
    public void Quoted_values_are_read_without_their_quotes()
    {
        var quoted = Encoding.UTF8.GetBytes(string.Join(',', Encoding.UTF8.GetString(Fen()).Split(',').Select(v => $"\"{v}\"")));
        Reading.Fen.LineOf(quoted, Day).ShouldBe(Reading.Fen.LineOf(Fen(), Day));
    }

    [Theory]
    [InlineData("\"sale")]
    [InlineData("sa\"le")]
    [InlineData("\"sale\"x")]
    [InlineData("\"\"\"sale\"\"")]
    public void Quotes_that_do_not_match_are_a_fault_of_the_line(string kind) =>
        Reading.Fen.FaultOf(Fen(("kind", kind)), Day).ShouldBe(new LineFault("line", "clearing.line.quotes", ""));

    [Theory]
    [InlineData("", ",x", "13/12")]
    [InlineData(",1", "", "11/12")]
    public void The_number_of_columns_must_be_the_headers(string without, string with, string found)
    {
        var text = Encoding.UTF8.GetString(Fen());
        text = (without.Length == 0 ? text : text[..text.LastIndexOf(without, StringComparison.Ordinal)]) + with;
        Reading.Fen.FaultOf(Encoding.UTF8.GetBytes(text), Day).ShouldBe(new LineFault("line", "clearing.line.columns", found));
    }

    [Theory]
    [InlineData(4095, "clearing.line.columns")]
    [InlineData(4096, "clearing.line.columns")]
    [InlineData(4097, "clearing.line.too-long")]
    public void A_line_has_a_greatest_length(int length, string code)
    {
        var fault = Reading.Fen.FaultOf(Encoding.ASCII.GetBytes(new string('a', length)), Day);
        fault.Code.ShouldBe(code);
        LineFaults.TooLong(2_147_483_648).ShouldBe(new LineFault("line", "clearing.line.too-long", "2147483648"));
    }

    [Fact]
    public void What_is_shown_is_short_and_printable()
    {
        var fault = Reading.Fen.FaultOf(Fen(("kind", new string('长', 60) + "\u202E")), Day);
        fault.Found.ShouldBe(new string('长', 40));
        Reading.Fen.FaultOf(Fen(("kind", "a\u202Eb\u0085")), Day).Found.ShouldBe("a?b?");
        Reading.Fen.FaultOf(Fen(("kind", new string('x', 30) + "6222021620182084")), Day).Found.ShouldBe(new string('x', 30) + "622202****");
    }
}
