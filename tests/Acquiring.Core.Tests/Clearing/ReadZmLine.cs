using Acquiring.Core.Clearing;
using Acquiring.Core.Merchants;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Tests.Clearing;

public sealed class ReadZmLine
{
    private static readonly DateOnly Day = Reading.Nov16;

    [Fact]
    public void A_sale_is_read_field_by_field()
    {
        ZmText.Line().Length.ShouldBe(475);
        Reading.Zm.LineOf(ZmText.Line(), Day).ShouldBe(new ClearingLine
        {
            MerchantNo = new MerchantNo("102360755410001"),
            TerminalNo = new TerminalNo("10000072"),
            Batch = ClearingLine.NoBatch,
            Stan = 22,
            OccurredAt = new DateTime(2026, 11, 16, 16, 52, 37),
            Kind = TransactionKind.Sale,
            AmountFen = 1_829_640,
            CardKind = CardKind.Debit,
            Card = CardMask.Of(622_202, 7777, 16),
            Reference = "26111610000072000022",
            DeclaredFeeFen = 6_953,
        });
    }

    [Theory]
    [InlineData("04", TransactionKind.Refund)]
    [InlineData("31", TransactionKind.Reversal)]
    public void What_is_given_back_names_its_sale_and_a_negative_fee(string type, TransactionKind kind)
    {
        var line = Reading.Zm.LineOf(
            ZmText.Line(
                ("transaction_type", type), ("original_stan", "000017"), ("original_time", "1115213330"),
                ("merchant_fee", "D000000000002"), ("original_query_id", "26111610000057000017"), ("card_kind", "02")),
            Day);
        line.Kind.ShouldBe(kind);
        line.CardKind.ShouldBe(CardKind.Credit);
        line.OriginalStan.ShouldBe(17);
        line.OriginalOccurredAt.ShouldBe(new DateTime(2026, 11, 15, 21, 33, 30));
        line.OriginalReference.ShouldBe("26111610000057000017");
        line.DeclaredFeeFen.ShouldBe(-2);
    }

    [Fact]
    public void A_carriage_return_at_its_end_changes_nothing() =>
        Reading.Zm.LineOf([.. ZmText.Line(), (byte)'\r'], Day).ShouldBe(Reading.Zm.LineOf(ZmText.Line(), Day));

    [Fact]
    public void Utf8_and_gbk_give_equal_lines()
    {
        var utf8 = ZmText.Line(("sub_merchant_name", "赣州商户一号"));
        var gbk = ZmText.Line(ZmText.Gbk, ("sub_merchant_name", "赣州商户一号"));
        utf8.ShouldNotBe(gbk);
        Reading.Zm.LineOf(gbk, Day).ShouldBe(Reading.Zm.LineOf(utf8, Day));
    }

    [Fact]
    public void A_whole_card_number_is_masked_and_handed_over_once()
    {
        var line = Reading.Zm.LineOf(ZmText.Line(("pan", "6222021620182084")), Day);
        line.Card.ToString().ShouldBe("622202******2084");
        line.FullCardNumber.ShouldBe("6222021620182084");
        line.ToString().ShouldNotContain("6222021620182084");
    }

    [Fact]
    public void Empty_text_fields_are_absent_values()
    {
        var line = Reading.Zm.LineOf(ZmText.Line(("pan", ""), ("query_id", ""), ("merchant_fee", "")), Day);
        line.Card.IsNone.ShouldBeTrue();
        line.Reference.ShouldBe("");
        line.DeclaredFeeFen.ShouldBeNull();
    }

    [Theory]
    [InlineData("stan", "00002A", "clearing.line.stan", "00002A")]
    [InlineData("stan", "   022", "clearing.line.stan", "   022")]
    [InlineData("time", "1331165237", "clearing.line.time", "1331165237")]
    [InlineData("time", "0230165237", "clearing.line.time", "0230165237")]
    [InlineData("time", "1116245237", "clearing.line.time", "1116245237")]
    [InlineData("time", "1116166037", "clearing.line.time", "1116166037")]
    [InlineData("time", "1116165260", "clearing.line.time", "1116165260")]
    [InlineData("pan", "622202*****", "clearing.line.card", "")]
    [InlineData("pan", "622202162018208477x", "clearing.line.card", "")]
    [InlineData("pan", "6222 216 0182084", "clearing.line.card", "")]
    [InlineData("amount", "00000182964X", "clearing.line.amount", "00000182964X")]
    [InlineData("amount", "-00001829640", "clearing.line.amount-negative", "-00001829640")]
    [InlineData("amount", "000000000000", "clearing.line.amount-zero", "000000000000")]
    [InlineData("mcc", "55x1", "clearing.line.mcc", "55x1")]
    [InlineData("query_id", "26111610_00072000022", "clearing.line.reference", "26111610_00072000022")]
    [InlineData("card_kind", "03", "clearing.line.card-kind-code", "03")]
    [InlineData("original_stan", "00001", "clearing.line.stan", "00001")]
    [InlineData("original_time", "9999999999", "clearing.line.time", "9999999999")]
    [InlineData("merchant_fee", "0000000006953", "clearing.line.signed-amount", "000000***6953")]
    [InlineData("net_amount", "X000000006953", "clearing.line.signed-amount", "X000000006953")]
    [InlineData("transaction_type", "02", "clearing.line.transaction-type", "02")]
    [InlineData("original_query_id", "a b", "clearing.line.reference", "a b")]
    [InlineData("merchant_no", "10236075541000", "clearing.line.merchant-no", "102360****1000")]
    [InlineData("merchant_no", "商户", "clearing.line.merchant-no", "商户")]
    [InlineData("terminal_no", "1000007", "clearing.line.terminal-no", "1000007")]
    public void A_bad_field_is_named(string field, string value, string code, string found) =>
        Reading.Zm.FaultOf(ZmText.Line((field, value)), Day).ShouldBe(new LineFault(field, code, found));

    [Fact]
    public void The_first_fault_from_the_left_is_the_lines() =>
        Reading.Zm.FaultOf(ZmText.Line(("terminal_no", "x"), ("amount", "x"), ("card_kind", "99")), Day).Field.ShouldBe("amount");

    [Theory]
    [InlineData(474)]
    [InlineData(476)]
    [InlineData(200)]
    [InlineData(1)]
    public void A_line_of_another_length_is_not_read(int length)
    {
        byte[] bytes = [.. ZmText.Line(), (byte)'1'];
        Reading.Zm.FaultOf(bytes.AsSpan(0, length), Day).ShouldBe(new LineFault("line", "clearing.line.length", $"{length}"));
    }

    [Fact]
    public void An_empty_line_is_a_fault_of_its_own() =>
        Reading.Zm.FaultOf("\r"u8, Day).ShouldBe(new LineFault("line", "clearing.line.empty", ""));

    [Fact]
    public void Every_one_of_the_39_separators_must_be_a_space()
    {
        var widths = new[] { 3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13, 13, 8, 32, 13, 13, 12, 2 };
        var at = -1;
        foreach (var width in widths)
        {
            at += width + 1;
            var bytes = ZmText.Line();
            bytes[at] = (byte)'X';
            var fault = Reading.Zm.FaultOf(bytes, Day);
            (fault.Code, fault.Found).ShouldBe(("clearing.line.separator", "X"));
        }

        widths.Length.ShouldBe(39);
    }

    [Fact]
    public void Bytes_that_are_neither_utf8_nor_gbk_are_refused_by_position()
    {
        var bytes = ZmText.Line();
        bytes[10] = 0xFF;
        Reading.Zm.FaultOf(bytes, Day).ShouldBe(new LineFault("line", "clearing.line.encoding", "0xFF @11"));
    }

    [Fact]
    public void Control_characters_are_refused_by_position()
    {
        var bytes = ZmText.Line();
        bytes[10] = 0;
        Reading.Zm.FaultOf(bytes, Day).ShouldBe(new LineFault("line", "clearing.line.control", "0x00 @11"));
    }

    [Theory]
    [InlineData("query_id")]
    [InlineData("original_query_id")]
    public void A_card_number_may_not_stand_in_a_kept_field(string field) =>
        Reading.Zm.FaultOf(ZmText.Line(("pan", "6222021620182084"), (field, "X6222021620182084")), Day)
            .ShouldBe(new LineFault(field, "clearing.line.card-elsewhere", ""));
}
