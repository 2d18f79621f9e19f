using Acquiring.Core.Clearing;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Online;

/// <summary>
/// Reads one notice from its JSON object. Fields are judged in a fixed order, so one bad notice has one answer; a field we do not know is
/// refused, since a misspelt one would be silently lost. What is shown of a bad value is short and never a whole card number.
/// </summary>
public static class NoticeReader
{
    /// <summary>Refuses with a code of <see cref="NoticeCodes"/>; its details name the field and show what was found.</summary>
    public static Result<OnlineNotice> Read(ReadOnlySpan<byte> json)
    {
        var places = default(NoticeFields.Places);
        var fields = new NoticeFields(json, places);
        if (fields.Find(out var found) is { } code)
        {
            return Refused(code, found.Length > 0 ? LineFaults.Show(System.Text.Encoding.UTF8.GetBytes(found)) : "body", "");
        }

        Refusal? refusal = null;
        if (!FieldValues.TryMerchantNo(Text(fields, NoticeField.MerchantNo, NoticeCodes.MerchantNo, ref refusal), out var merchantNo))
        {
            return refusal ?? Bad(fields, NoticeField.MerchantNo, NoticeCodes.MerchantNo);
        }

        if (!FieldValues.TryTerminalNo(Text(fields, NoticeField.TerminalNo, NoticeCodes.TerminalNo, ref refusal), out var terminalNo))
        {
            return refusal ?? Bad(fields, NoticeField.TerminalNo, NoticeCodes.TerminalNo);
        }

        if ((refusal = SixDigits(fields, NoticeField.Batch, NoticeCodes.Batch, out var batch)) is not null)
        {
            return refusal;
        }

        if ((refusal = SixDigits(fields, NoticeField.Stan, NoticeCodes.Stan, out var givenStan)) is not null)
        {
            return refusal;
        }

        if (givenStan is not { } stan)
        {
            return Missing(NoticeField.Stan);
        }

        if (!NoticeTime.TryRead(Text(fields, NoticeField.OccurredAt, NoticeCodes.Time, ref refusal), out var occurredAt))
        {
            return refusal ?? Bad(fields, NoticeField.OccurredAt, NoticeCodes.Time);
        }

        if (KindOf(Text(fields, NoticeField.Kind, NoticeCodes.Kind, ref refusal), out var isVoid) is not { } kind)
        {
            return refusal ?? Bad(fields, NoticeField.Kind, NoticeCodes.Kind);
        }

        if (!fields.Has(NoticeField.AmountFen))
        {
            return Missing(NoticeField.AmountFen);
        }

        if (!fields.IsNumber(NoticeField.AmountFen) || !FieldValues.TryDigits(fields[NoticeField.AmountFen], out var amountFen)
            || amountFen is < 1 or > ClearingLine.AmountFenMax)
        {
            return Bad(fields, NoticeField.AmountFen, NoticeCodes.Amount);
        }

        if (PayTypeOf(fields) is not { } payType)
        {
            return Bad(fields, NoticeField.PayType, NoticeCodes.PayType);
        }

        if (payType == PayType.Card && !fields.Has(NoticeField.CardKind))
        {
            return Missing(NoticeField.CardKind);
        }

        return CardKindOf(fields) is { } cardKind
            ? ReadRest(fields, new ClearingLine
            {
                MerchantNo = merchantNo,
                TerminalNo = terminalNo,
                Batch = batch ?? ClearingLine.NoBatch,
                Stan = stan,
                OccurredAt = occurredAt,
                Kind = kind,
                AmountFen = amountFen,
                PayType = payType,
                CardKind = cardKind,
                Reference = "",
            }, isVoid)
            : Bad(fields, NoticeField.CardKind, NoticeCodes.CardKind);
    }

    private static Result<OnlineNotice> ReadRest(in NoticeFields fields, ClearingLine line, bool isVoid)
    {
        Refusal? refusal = null;
        if (!CardNumbers.TryRead(OptionalText(fields, NoticeField.Card, NoticeCodes.Card, ref refusal), out var card, out var full) || refusal is not null)
        {
            // Nothing of it is shown: it may be most of a card number.
            return Refused(NoticeCodes.Card, NoticeFields.NameOf(NoticeField.Card), "");
        }

        if (!FieldValues.TryReference(OptionalText(fields, NoticeField.Reference, NoticeCodes.Reference, ref refusal), out var reference)
            || refusal is not null)
        {
            return Bad(fields, NoticeField.Reference, NoticeCodes.Reference);
        }

        if (!FieldValues.TryReference(OptionalText(fields, NoticeField.OriginalReference, NoticeCodes.Reference, ref refusal), out var original)
            || refusal is not null)
        {
            return Bad(fields, NoticeField.OriginalReference, NoticeCodes.Reference);
        }

        if ((refusal = SixDigits(fields, NoticeField.OriginalStan, NoticeCodes.Stan, out var originalStan)) is not null)
        {
            return refusal;
        }

        DateTime? originalAt = null;
        if (fields.Has(NoticeField.OriginalOccurredAt))
        {
            if (!fields.IsString(NoticeField.OriginalOccurredAt) || !NoticeTime.TryRead(fields[NoticeField.OriginalOccurredAt], out var at))
            {
                return Bad(fields, NoticeField.OriginalOccurredAt, NoticeCodes.Time);
            }

            originalAt = at;
        }

        var names = original.Length > 0 || originalStan is not null || originalAt is not null;
        if (line.Kind == TransactionKind.Sale && names)
        {
            return Refused(NoticeCodes.OriginalOfSale, "kind", "sale");
        }

        if (line.Kind != TransactionKind.Sale && original.Length == 0 && (originalStan is null || originalAt is null))
        {
            return Refused(NoticeCodes.OriginalMissing, NoticeFields.NameOf(NoticeField.OriginalReference), "");
        }

        var elsewhere = FieldValues.CardElsewhere(
            full, ("merchantNo", line.MerchantNo.Text), ("reference", reference), ("originalReference", original));
        return elsewhere is not null
            ? Refused(NoticeCodes.CardElsewhere, elsewhere.Field, "")
            : new OnlineNotice(
                line with
                {
                    Card = card,
                    FullCardNumber = full,
                    Reference = reference,
                    OriginalReference = original,
                    OriginalStan = originalStan,
                    OriginalOccurredAt = originalAt,
                },
                isVoid);
    }

    private static TransactionKind? KindOf(ReadOnlySpan<byte> text, out bool isVoid)
    {
        isVoid = text.SequenceEqual("void"u8);
        return isVoid || text.SequenceEqual("reversal"u8) ? TransactionKind.Reversal
            : text.SequenceEqual("sale"u8) ? TransactionKind.Sale
            : text.SequenceEqual("refund"u8) ? TransactionKind.Refund
            : null;
    }

    private static PayType? PayTypeOf(in NoticeFields fields)
    {
        if (!fields.Has(NoticeField.PayType))
        {
            return PayType.Card;
        }

        var text = fields.IsString(NoticeField.PayType) ? fields[NoticeField.PayType] : default;
        return text.SequenceEqual("card"u8) ? PayType.Card
            : text.SequenceEqual("qr"u8) ? PayType.Qr
            : text.SequenceEqual("wallet"u8) ? PayType.Wallet
            : null;
    }

    private static CardKind? CardKindOf(in NoticeFields fields)
    {
        if (!fields.Has(NoticeField.CardKind))
        {
            return CardKind.Debit;
        }

        var text = fields.IsString(NoticeField.CardKind) ? fields[NoticeField.CardKind] : default;
        return text.SequenceEqual("debit"u8) ? CardKind.Debit : text.SequenceEqual("credit"u8) ? CardKind.Credit : null;
    }

    private static Refusal? SixDigits(in NoticeFields fields, NoticeField field, string code, out int? value)
    {
        value = null;
        if (!fields.Has(field))
        {
            return null;
        }

        if (!fields.IsNumber(field) || !FieldValues.TrySixDigits(fields[field], out var number))
        {
            return Bad(fields, field, code);
        }

        value = number;
        return null;
    }

    private static ReadOnlySpan<byte> Text(in NoticeFields fields, NoticeField field, string code, ref Refusal? refusal)
    {
        if (!fields.Has(field))
        {
            refusal = Missing(field);
            return default;
        }

        return OptionalText(fields, field, code, ref refusal);
    }

    private static ReadOnlySpan<byte> OptionalText(in NoticeFields fields, NoticeField field, string code, ref Refusal? refusal)
    {
        if (!fields.Has(field))
        {
            return default;
        }

        if (!fields.IsString(field))
        {
            refusal = Bad(fields, field, code);
            return default;
        }

        return fields[field];
    }

    private static Refusal Missing(NoticeField field) => Refused(NoticeCodes.Missing, NoticeFields.NameOf(field), "");

    private static Refusal Bad(in NoticeFields fields, NoticeField field, string code) =>
        Refused(code, NoticeFields.NameOf(field), LineFaults.Show(fields[field]));

    private static Refusal Refused(string code, string field, string found) =>
        Refusal.Of(RefusalKind.Invalid, code, new Detail("field", field), new Detail("found", found));
}
