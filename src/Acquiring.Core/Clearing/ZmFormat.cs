using Acquiring.Core.Transactions;

namespace Acquiring.Core.Clearing;

/// <summary>The fixed-width merchant file (domain §5). Fields are judged from left to right; the first fault is the line's.</summary>
internal sealed class ZmFormat : ClearingFormat
{
    public ZmFormat(int bomBytes) => BomBytes = bomBytes;

    public override string Name => "zm";

    public override int HeaderLines => 0;

    private protected override LineFault? Read(ReadOnlySpan<byte> bytes, DateOnly businessDate, out ClearingLine? line)
    {
        line = null;
        if (bytes.Length != ZmLayout.LineBytes)
        {
            return LineFaults.Numbers(LineFaults.WholeLine, LineCodes.Length, $"{bytes.Length}");
        }

        var separator = ZmLayout.FirstBadSeparator(bytes);
        if (separator >= 0)
        {
            return LineFaults.Of(ZmLayout.NameOf(separator), LineCodes.Separator, bytes.Slice(ZmLayout.SeparatorAfter(separator), 1));
        }

        if (!FieldValues.TrySixDigits(ZmLayout.Stan.Of(bytes), out var stan))
        {
            return Fault(ZmLayout.Stan, LineCodes.Stan, bytes);
        }

        if (!ZmTime.TryRead(ZmLayout.Time.Of(bytes), businessDate, out var occurredAt))
        {
            return Fault(ZmLayout.Time, LineCodes.Time, bytes);
        }

        if (!FieldValues.IsInRange(DateOnly.FromDateTime(occurredAt), businessDate))
        {
            return Fault(ZmLayout.Time, LineCodes.DateRange, bytes);
        }

        if (!CardNumbers.TryRead(ZmLayout.Pan.TextOf(bytes), out var card, out var fullCardNumber))
        {
            return LineFaults.Unshown(ZmLayout.Pan.Name, LineCodes.Card);
        }

        if (ReadAmountFen(bytes, out var amountFen) is { } amountCode)
        {
            return Fault(ZmLayout.Amount, amountCode, bytes);
        }

        if (!FieldValues.AreDigits(ZmLayout.Mcc.TextOf(bytes)))
        {
            return Fault(ZmLayout.Mcc, LineCodes.Mcc, bytes);
        }

        if (!FieldValues.TryReference(ZmLayout.QueryId.TextOf(bytes), out var reference))
        {
            return Fault(ZmLayout.QueryId, LineCodes.Reference, bytes);
        }

        if (!TryCardKind(ZmLayout.CardKind.Of(bytes), out var cardKind))
        {
            return Fault(ZmLayout.CardKind, LineCodes.CardKindCode, bytes);
        }

        if (!TryOriginalStan(ZmLayout.OriginalStan.TextOf(bytes), out var originalStan))
        {
            return Fault(ZmLayout.OriginalStan, LineCodes.Stan, bytes);
        }

        if (!TryOriginalTime(ZmLayout.OriginalTime.TextOf(bytes), DateOnly.FromDateTime(occurredAt), out var originalAt))
        {
            return Fault(ZmLayout.OriginalTime, LineCodes.Time, bytes);
        }

        if (!TrySigned(ZmLayout.MerchantFee.TextOf(bytes), out var feeFen))
        {
            return Fault(ZmLayout.MerchantFee, LineCodes.SignedAmount, bytes);
        }

        if (!TrySigned(ZmLayout.NetAmount.TextOf(bytes), out _))
        {
            return Fault(ZmLayout.NetAmount, LineCodes.SignedAmount, bytes);
        }

        if (!TryKind(ZmLayout.TransactionType.Of(bytes), out var kind))
        {
            return Fault(ZmLayout.TransactionType, LineCodes.TransactionType, bytes);
        }

        if (!FieldValues.TryReference(ZmLayout.OriginalQueryId.TextOf(bytes), out var originalReference))
        {
            return Fault(ZmLayout.OriginalQueryId, LineCodes.Reference, bytes);
        }

        if (!FieldValues.TryMerchantNo(ZmLayout.MerchantNo.Of(bytes), out var merchantNo))
        {
            return Fault(ZmLayout.MerchantNo, LineCodes.MerchantNo, bytes);
        }

        if (!FieldValues.TryTerminalNo(ZmLayout.TerminalNo.Of(bytes), out var terminalNo))
        {
            return Fault(ZmLayout.TerminalNo, LineCodes.TerminalNo, bytes);
        }

        var sale = kind == TransactionKind.Sale;
        line = new ClearingLine
        {
            MerchantNo = merchantNo,
            TerminalNo = terminalNo,
            Batch = ClearingLine.NoBatch,
            Stan = stan,
            OccurredAt = occurredAt,
            Kind = kind,
            AmountFen = amountFen,
            CardKind = cardKind,
            Card = card,
            FullCardNumber = fullCardNumber,
            Reference = reference,
            OriginalReference = sale ? "" : originalReference,
            OriginalStan = sale ? null : originalStan,
            OriginalOccurredAt = sale ? null : originalAt,
            DeclaredFeeFen = feeFen,
        };
        return FieldValues.CardElsewhere(
            fullCardNumber,
            (ZmLayout.MerchantNo.Name, merchantNo.Text),
            (ZmLayout.QueryId.Name, reference),
            (ZmLayout.OriginalQueryId.Name, originalReference));
    }

    private static LineFault Fault(ZmField field, string code, ReadOnlySpan<byte> bytes) => LineFaults.Of(field.Name, code, field.TextOf(bytes));

    private static string? ReadAmountFen(ReadOnlySpan<byte> line, out long amountFen) =>
        !FieldValues.TryDigits(ZmLayout.Amount.Of(line), out amountFen)
            ? ZmLayout.Amount.Of(line)[0] == '-' ? LineCodes.AmountNegative : LineCodes.Amount
            : amountFen == 0 ? LineCodes.AmountZero : null;

    /// <summary>All zeros, or nothing, is none.</summary>
    private static bool TryOriginalStan(ReadOnlySpan<byte> text, out int? stan)
    {
        stan = null;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text.Length != ZmLayout.OriginalStan.Width || !FieldValues.TrySixDigits(text, out var number))
        {
            return false;
        }

        stan = number == 0 ? null : number;
        return true;
    }

    /// <summary>A sale is not later than what gives it back, so its year follows from that line's date.</summary>
    private static bool TryOriginalTime(ReadOnlySpan<byte> text, DateOnly latest, out DateTime? time)
    {
        time = null;
        if (!text.ContainsAnyExcept((byte)'0') && text.Length is 0 or 10)
        {
            return true;
        }

        var valid = ZmTime.TryRead(text, latest, out var found);
        time = valid ? found : null;
        return valid;
    }

    /// <summary>C and twelve digits is charged, D is given back; nothing is none declared.</summary>
    private static bool TrySigned(ReadOnlySpan<byte> text, out long? fen)
    {
        fen = null;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text.Length != ZmLayout.MerchantFee.Width || text[0] is not ((byte)'C' or (byte)'D')
            || !FieldValues.TryDigits(text[1..], out var number))
        {
            return false;
        }

        fen = text[0] == 'D' ? -number : number;
        return true;
    }

    private static bool TryCardKind(ReadOnlySpan<byte> text, out CardKind kind)
    {
        kind = text.SequenceEqual("01"u8) ? CardKind.Debit : text.SequenceEqual("02"u8) ? CardKind.Credit : default;
        return kind != default;
    }

    private static bool TryKind(ReadOnlySpan<byte> text, out TransactionKind kind)
    {
        kind = text.SequenceEqual("01"u8) ? TransactionKind.Sale
            : text.SequenceEqual("04"u8) ? TransactionKind.Refund
            : text.SequenceEqual("31"u8) ? TransactionKind.Reversal
            : default;
        return kind != default;
    }
}
