using System.Text;
using Acquiring.Core.Clearing;
using Acquiring.Core.Texts;

namespace Acquiring.Core.Tests.Clearing;

public sealed class RecogniseFormat
{
    private static readonly TextCatalog Texts = new(typeof(ClearingFormat).Assembly);

    [Fact]
    public void Columns_may_stand_in_any_order_quoted_and_after_a_bom()
    {
        var header = string.Join(',', CsvText.YuanHeader.Split(',').Reverse().Select(n => $"\"{n}\""));
        var format = Reading.Recognise($"\uFEFF{header}\r\n").Value;
        (format.Name, format.BomBytes).ShouldBe(("csv-yuan", 3));
        var line = string.Join(',', Encoding.UTF8.GetString(CsvText.Line(CsvText.YuanHeader)).Split(',').Reverse());
        format.LineOf(Encoding.UTF8.GetBytes(line), Reading.Nov14).ShouldBe(Reading.Yuan.LineOf(CsvText.Line(CsvText.YuanHeader), Reading.Nov14));
    }

    [Fact]
    public void Optional_columns_may_be_absent()
    {
        const string header = "merchant_no,terminal_no,batch_no,stan,transacted_at,kind,amount_fen,card_kind";
        var line = Reading.Recognise(header).Value.LineOf(CsvText.Line(header), Reading.Nov14);
        (line.Card.IsNone, line.Reference, line.DeclaredFeeFen).ShouldBe((true, "", null));
    }

    [Fact]
    public void The_fee_has_a_unit_of_its_own()
    {
        var header = CsvText.FenHeader.Replace("declared_fee_fen", "declared_fee_yuan", StringComparison.Ordinal);
        var line = Reading.Recognise(header).Value.LineOf(CsvText.Line(header, ("declared_fee_yuan", "-1.50")), Reading.Nov14);
        (line.AmountFen, line.DeclaredFeeFen).ShouldBe((128, -150));
    }

    [Fact]
    public void Garbage_and_cut_lines_may_stand_before_the_first_zm_line()
    {
        byte[] file = [.. "GARBAGE 垃圾行\n\n"u8, .. ZmText.Line()[..200], 10, 0, 0, 10, .. new byte[10_000].Select(_ => (byte)'x'), 10, .. ZmText.Line(), 13, 10];
        Reading.Recognise(file).Value.Name.ShouldBe("zm");
    }

    [Fact]
    public void A_zm_file_of_one_line_is_recognised_though_a_field_of_it_is_bad()
    {
        Reading.Recognise(ZmText.Line(("amount", "-00000000100"))).Value.Name.ShouldBe("zm");
        Reading.Recognise(ZmText.Line(("time", "0230000000"))).Value.Name.ShouldBe("zm");
    }

    [Fact]
    public void A_line_cut_by_the_end_of_the_head_counts_only_at_the_end_of_the_file()
    {
        ClearingFormat.Recognise(ZmText.Line(), endOfFile: true).IsRefused.ShouldBeFalse();
        ClearingFormat.Recognise(ZmText.Line(), endOfFile: false).IsRefused.ShouldBeTrue();
        ClearingFormat.Recognise([.. ZmText.Line(), 10], endOfFile: false).IsRefused.ShouldBeFalse();
    }

    public static TheoryData<string, byte[]> Refused => new()
    {
        { "clearing.empty-file()", [] },
        { "clearing.empty-file()", [0xEF, 0xBB, 0xBF] },
        { "clearing.empty-file()", "\r\n\n"u8.ToArray() },
        { "clearing.utf16()", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(CsvText.FenHeader)).ToArray() },
        { "clearing.utf16()", Encoding.Unicode.GetBytes(CsvText.FenHeader) },
        { "clearing.utf16()", Encoding.BigEndianUnicode.GetBytes(CsvText.FenHeader) },
        { "clearing.not-text(offset=2, byte=0x03)", [(byte)'P', (byte)'K', 3, 4, 0, 0] },
        { "clearing.not-text(offset=3, byte=0x00)", [(byte)'a', (byte)'b', 10, 0, 10] },
        { "clearing.first-line-too-long(max=4096)", Enumerable.Repeat((byte)'7', 4097).ToArray() },
        { "clearing.unknown-format(found=777777**********************************)", Enumerable.Repeat((byte)'7', 4096).ToArray() },
        { "clearing.delimiter(found=;)", Bytes(CsvText.FenHeader.Replace(',', ';')) },
        { "clearing.delimiter(found=TAB)", Bytes(CsvText.FenHeader.Replace(',', '\t')) },
        { "clearing.delimiter(found=|)", Bytes(CsvText.FenHeader.Replace(',', '|')) },
        { "clearing.no-header()", CsvText.Line(CsvText.FenHeader) },
        { "clearing.duplicate-columns(columns=stan)", Bytes(CsvText.FenHeader + ",stan") },
        { "clearing.amount-unit(columns=amount_fen, amount_yuan)", Bytes(CsvText.FenHeader + ",amount_yuan") },
        { "clearing.amount-unit(columns=amount)", Bytes(CsvText.FenHeader.Replace("amount_fen", "amount", StringComparison.Ordinal)) },
        { "clearing.amount-unit(columns=-)", Bytes("merchant_no,terminal_no") },
        { "clearing.fee-unit()", Bytes(CsvText.FenHeader + ",declared_fee_yuan") },
        { "clearing.missing-columns(columns=batch_no, stan)", Bytes(CsvText.FenHeader.Replace("batch_no,stan,", "", StringComparison.Ordinal)) },
        { "clearing.unknown-columns(columns=colour)", Bytes(CsvText.FenHeader + ",colour") },
        { "clearing.unknown-columns(columns=商户号, 终端号, 金额, 时间)", Bytes("商户号,终端号,金额,时间\r\n1,2,3,4\r\n") },
        { "clearing.unknown-columns(columns=商户号, 终端号, 金额, 时间)", ZmText.Gbk.GetBytes("商户号,终端号,金额,时间\r\n1,2,3,4\r\n") },
        { "clearing.unknown-format(found=hello, world)", Bytes("hello, world\n") },
        { "clearing.unknown-format(found=card 622202******2084)", Bytes("card 6222021620182084") },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Other_files_are_refused_with_a_text_in_both_languages(string expected, byte[] file)
    {
        var refusal = Reading.Recognise(file).Refusal.ShouldNotBeNull();
        refusal.ToString().ShouldBe(expected);
        var english = Texts.Text(refusal, TextCatalog.English);
        var chinese = Texts.Text(refusal, TextCatalog.Chinese);
        english.ShouldNotBe(chinese);
        foreach (var text in new[] { english, chinese })
        {
            text.ShouldNotContain('{');
            text.ShouldNotStartWith("clearing.");
            refusal.Details.ShouldAllBe(d => text.Contains(d.Value, StringComparison.Ordinal));
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
