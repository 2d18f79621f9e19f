using System.Text;
using Acquiring.Core.Clearing;
using Acquiring.Core.Online;
using Acquiring.Core.Texts;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Tests.Online;

public sealed class ReadNotice
{
    private const string Whole =
        """
        {"merchantNo":"102360758120001","terminalNo":"10000001","batch":7,"stan":123,"occurredAt":"2026-11-20T10:00:00+08:00","kind":"sale",
         "amountFen":1234,"payType":"card","cardKind":"credit","card":"622202******1234","reference":"261120100000"}
        """;

    [Fact]
    public void Every_field_arrives()
    {
        var notice = Read(Whole);
        notice.IsVoid.ShouldBeFalse();
        var line = notice.Line;
        line.MerchantNo.Text.ShouldBe("102360758120001");
        line.TerminalNo.Text.ShouldBe("10000001");
        line.Batch.ShouldBe(7);
        line.Stan.ShouldBe(123);
        line.OccurredAt.ShouldBe(new DateTime(2026, 11, 20, 10, 0, 0, DateTimeKind.Unspecified));
        line.Kind.ShouldBe(TransactionKind.Sale);
        line.AmountFen.ShouldBe(1234);
        line.PayType.ShouldBe(PayType.Card);
        line.CardKind.ShouldBe(CardKind.Credit);
        line.Card.ToString().ShouldBe("622202******1234");
        line.FullCardNumber.ShouldBeNull();
        line.Reference.ShouldBe("261120100000");
    }

    [Fact]
    public void The_order_of_fields_and_escapes_in_values_do_not_matter()
    {
        var line = Read(
            """
            {"kind":"r\u0065fund","stan":0,"originalOccurredAt":"2026-11-19T23:59:59+08:00","originalStan":999999,"amountFen":999999999999,
             "occurredAt":"2026-11-20T02:00:00.75Z","terminalNo":"1000\u0030001","payType":"qr","merchantNo":"102360758120001","batch":null}
            """).Line;
        line.Kind.ShouldBe(TransactionKind.Refund);
        line.TerminalNo.Text.ShouldBe("10000001");
        line.Batch.ShouldBe(ClearingLine.NoBatch);
        line.OccurredAt.ShouldBe(new DateTime(2026, 11, 20, 10, 0, 0, DateTimeKind.Unspecified));
        line.PayType.ShouldBe(PayType.Qr);
        line.CardKind.ShouldBe(CardKind.Debit);
        line.OriginalStan.ShouldBe(999999);
        line.OriginalOccurredAt.ShouldBe(new DateTime(2026, 11, 19, 23, 59, 59, DateTimeKind.Unspecified));
        line.AmountFen.ShouldBe(999_999_999_999);
    }

    [Fact]
    public void A_void_is_a_reversal_that_remembers_what_it_was()
    {
        var notice = Read(Whole.Replace("\"sale\"", "\"void\"").Replace("\"reference\"", "\"originalReference\""));
        notice.IsVoid.ShouldBeTrue();
        notice.Line.Kind.ShouldBe(TransactionKind.Reversal);
        notice.Line.OriginalReference.ShouldBe("261120100000");
    }

    [Theory]
    [InlineData("\"102360758120001\"", "\"10236075812000\"", NoticeCodes.MerchantNo, "merchantNo")]
    [InlineData("\"102360758120001\"", "102360758120001", NoticeCodes.MerchantNo, "merchantNo")]
    [InlineData("\"merchantNo\":\"102360758120001\",", "", NoticeCodes.Missing, "merchantNo")]
    [InlineData("\"10000001\"", "\"1000000-\"", NoticeCodes.TerminalNo, "terminalNo")]
    [InlineData("\"terminalNo\":\"10000001\",", "", NoticeCodes.Missing, "terminalNo")]
    [InlineData("\"batch\":7", "\"batch\":1000000", NoticeCodes.Batch, "batch")]
    [InlineData("\"batch\":7", "\"batch\":-1", NoticeCodes.Batch, "batch")]
    [InlineData("\"batch\":7", "\"batch\":\"7\"", NoticeCodes.Batch, "batch")]
    [InlineData("\"stan\":123", "\"stan\":1000000", NoticeCodes.Stan, "stan")]
    [InlineData("\"stan\":123", "\"stan\":1.5", NoticeCodes.Stan, "stan")]
    [InlineData("\"stan\":123,", "", NoticeCodes.Missing, "stan")]
    [InlineData("\"stan\":123", "\"stan\":null", NoticeCodes.Missing, "stan")]
    [InlineData("10:00:00+08:00", "10:00:00", NoticeCodes.Time, "occurredAt")]
    [InlineData("10:00:00+08:00", "24:00:00+08:00", NoticeCodes.Time, "occurredAt")]
    [InlineData("10:00:00+08:00", "10:00:60+08:00", NoticeCodes.Time, "occurredAt")]
    [InlineData("10:00:00+08:00", "10:00:00.+08:00", NoticeCodes.Time, "occurredAt")]
    [InlineData("10:00:00+08:00", "10:00:00+8:00", NoticeCodes.Time, "occurredAt")]
    [InlineData("2026-11-20T", "2026-11-31T", NoticeCodes.Time, "occurredAt")]
    [InlineData("2026-11-20T", "2026-11-20 ", NoticeCodes.Time, "occurredAt")]
    [InlineData("2026-11-20T", "0001-01-01T", NoticeCodes.Time, "occurredAt")]
    [InlineData("\"occurredAt\":\"2026-11-20T10:00:00+08:00\",", "", NoticeCodes.Missing, "occurredAt")]
    [InlineData("\"sale\"", "\"Sale\"", NoticeCodes.Kind, "kind")]
    [InlineData("\"sale\"", "1", NoticeCodes.Kind, "kind")]
    [InlineData("\"kind\":\"sale\",", "", NoticeCodes.Missing, "kind")]
    [InlineData("\"amountFen\":1234", "\"amountFen\":0", NoticeCodes.Amount, "amountFen")]
    [InlineData("\"amountFen\":1234", "\"amountFen\":-1", NoticeCodes.Amount, "amountFen")]
    [InlineData("\"amountFen\":1234", "\"amountFen\":12.34", NoticeCodes.Amount, "amountFen")]
    [InlineData("\"amountFen\":1234", "\"amountFen\":1e3", NoticeCodes.Amount, "amountFen")]
    [InlineData("\"amountFen\":1234", "\"amountFen\":1000000000000", NoticeCodes.Amount, "amountFen")]
    [InlineData("\"amountFen\":1234", "\"amountFen\":99999999999999999999999", NoticeCodes.Amount, "amountFen")]
    [InlineData("\"amountFen\":1234", "\"amountFen\":[1234]", NoticeCodes.Amount, "amountFen")]
    [InlineData("\"amountFen\":1234,", "", NoticeCodes.Missing, "amountFen")]
    [InlineData("\"payType\":\"card\"", "\"payType\":\"cash\"", NoticeCodes.PayType, "payType")]
    [InlineData("\"payType\":\"card\"", "\"payType\":{\"a\":1}", NoticeCodes.PayType, "payType")]
    [InlineData("\"credit\"", "\"prepaid\"", NoticeCodes.CardKind, "cardKind")]
    [InlineData("\"cardKind\":\"credit\",", "", NoticeCodes.Missing, "cardKind")]
    [InlineData("\"622202******1234\"", "\"622202*****12345\"", NoticeCodes.Card, "card")]
    [InlineData("\"622202******1234\"", "\"622202\"", NoticeCodes.Card, "card")]
    [InlineData("\"622202******1234\"", "6222021234561234", NoticeCodes.Card, "card")]
    [InlineData("\"261120100000\"", "\"2611201000000000000000\"", NoticeCodes.Reference, "reference")]
    [InlineData("\"261120100000\"", "\"a b\"", NoticeCodes.Reference, "reference")]
    [InlineData("\"261120100000\"", "5", NoticeCodes.Reference, "reference")]
    [InlineData("\"reference\"", "\"originalReference\"", NoticeCodes.OriginalOfSale, "kind")]
    [InlineData("\"sale\"", "\"refund\"", NoticeCodes.OriginalMissing, "originalReference")]
    [InlineData("\"sale\"", "\"refund\",\"originalStan\":1", NoticeCodes.OriginalMissing, "originalReference")]
    [InlineData("\"sale\"", "\"refund\",\"originalStan\":-1", NoticeCodes.Stan, "originalStan")]
    [InlineData("\"sale\"", "\"refund\",\"originalOccurredAt\":\"x\"", NoticeCodes.Time, "originalOccurredAt")]
    [InlineData("\"sale\"", "\"refund\",\"originalReference\":\"ü\"", NoticeCodes.Reference, "originalReference")]
    [InlineData("\"stan\"", "\"stann\"", NoticeCodes.UnknownField, "stann")]
    [InlineData("\"stan\":123", "\"stan\":123,\"stan\":123", NoticeCodes.Twice, "stan")]
    [InlineData("\"batch\":7", "\"batch\":7 7", NoticeCodes.NotJson, "body")]
    public void A_bad_field_is_named(string good, string bad, string code, string field)
    {
        Whole.ShouldContain(good);
        var refusal = Refused(Whole.Replace(good, bad));
        refusal.Code.ShouldBe(code);
        refusal["field"].ShouldBe(field);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("{} {}")]
    [InlineData("""{"merchantNo":"102360758""")]
    public void What_is_no_object_is_refused_as_such(string json) => Refused(json).Code.ShouldBe(NoticeCodes.NotJson);

    [Fact]
    public void Bytes_that_are_no_text_are_refused_and_not_thrown()
    {
        byte[] bytes = [.. "{\"merchantNo\":\""u8, 0xFF, 0xFE, .. "\"}"u8];
        NoticeReader.Read(bytes).Refusal.ShouldNotBeNull();
        byte[] name = [.. "{\""u8, 0xFF, .. "\":1}"u8];
        NoticeReader.Read(name).Refusal.ShouldNotBeNull();
    }

    [Fact]
    public void Of_two_bad_fields_the_first_in_our_order_is_told_whatever_theirs()
    {
        Refused("""{"amountFen":0,"stan":-1,"terminalNo":"x","merchantNo":"102360758120001"}""").Code.ShouldBe(NoticeCodes.TerminalNo);
        Refused("""{"merchantNo":"102360758120001","terminalNo":"x","stan":-1,"amountFen":0}""").Code.ShouldBe(NoticeCodes.TerminalNo);
    }

    [Fact]
    public void A_whole_card_number_is_masked_and_never_shown()
    {
        var line = Read(Whole.Replace("622202******1234", "6222021234561234")).Line;
        line.Card.ToString().ShouldBe("622202******1234");
        line.FullCardNumber.ShouldBe("6222021234561234");
        line.ToString().ShouldNotContain("123456");

        // 4111 1111 1111 1111 is in a card range and passes the check digit.
        var elsewhere = Refused(Whole.Replace("261120100000", "4111111111111111"));
        elsewhere.Code.ShouldBe(NoticeCodes.CardElsewhere);
        elsewhere.ToString().ShouldNotContain("11111");
        Refused(Whole.Replace("\"stan\"", "\"4111111111111111\"")).ToString().ShouldNotContain("1111111");
        Refused(Whole.Replace("\"sale\"", "\"4111111111111111\"")).ToString().ShouldNotContain("1111111");
    }

    [Fact]
    public void Every_code_has_a_text_in_both_languages()
    {
        var catalog = new TextCatalog(typeof(NoticeCodes).Assembly);
        foreach (var code in typeof(NoticeCodes).GetFields().Select(f => (string)f.GetRawConstantValue()!))
        {
            catalog.Find(code, TextCatalog.English).ShouldNotBeNull(code);
            catalog.Find(code, TextCatalog.Chinese).ShouldNotBeNull(code);
        }
    }

    [Theory]
    [InlineData("22:59:59", "2026-11-20")]
    [InlineData("23:00:00", "2026-11-21")]
    [InlineData("23:00:01", "2026-11-21")]
    [InlineData("00:00:00", "2026-11-20")]
    public void The_clearing_day_ends_at_23(string time, string date) =>
        ClearingDay.BusinessDateOf(DateTime.Parse($"2026-11-20T{time}"), new TimeOnly(23, 0)).ShouldBe(DateOnly.Parse(date));

    private static OnlineNotice Read(string json) => NoticeReader.Read(Encoding.UTF8.GetBytes(json)).Value;

    private static Core.Refusals.Refusal Refused(string json) => NoticeReader.Read(Encoding.UTF8.GetBytes(json)).Refusal.ShouldNotBeNull();
}
