using Acquiring.Core.Transactions;

namespace Acquiring.Core.Clearing;

/// <summary>
/// CSV with a header, amounts in fen or in yuan. Columns may stand in any order; they are judged in the order of our own dialect, so the
/// first fault of a line does not depend on it.
/// </summary>
internal sealed class CsvFormat : ClearingFormat
{
    private readonly int _columns;
    private readonly int _merchantNo;
    private readonly int _terminalNo;
    private readonly int _batch;
    private readonly int _stan;
    private readonly int _transactedAt;
    private readonly int _kind;
    private readonly int _amount;
    private readonly int _cardKind;
    private readonly int _pan;
    private readonly int _reference;
    private readonly int _originalReference;
    private readonly int _fee;
    private readonly bool _amountInYuan;
    private readonly bool _feeInYuan;

    public CsvFormat(CsvHeader header, int bomBytes)
    {
        BomBytes = bomBytes;
        _columns = header.Columns;
        _amountInYuan = header.AmountInYuan;
        _feeInYuan = header.FeeInYuan;
        _merchantNo = header.IndexOf(CsvHeader.MerchantNo);
        _terminalNo = header.IndexOf(CsvHeader.TerminalNo);
        _batch = header.IndexOf(CsvHeader.BatchNo);
        _stan = header.IndexOf(CsvHeader.Stan);
        _transactedAt = header.IndexOf(CsvHeader.TransactedAt);
        _kind = header.IndexOf(CsvHeader.Kind);
        _amount = header.IndexOf(AmountColumn);
        _cardKind = header.IndexOf(CsvHeader.CardKind);
        _pan = header.IndexOf(CsvHeader.PanMasked);
        _reference = header.IndexOf(CsvHeader.ReferenceNo);
        _originalReference = header.IndexOf(CsvHeader.OriginalReferenceNo);
        _fee = header.IndexOf(FeeColumn);
    }

    public override string Name => _amountInYuan ? "csv-yuan" : "csv-fen";

    public override int HeaderLines => 1;

    private string AmountColumn => _amountInYuan ? CsvHeader.AmountYuan : CsvHeader.AmountFen;

    private string FeeColumn => _feeInYuan ? CsvHeader.DeclaredFeeYuan : CsvHeader.DeclaredFeeFen;

    private protected override LineFault? Read(ReadOnlySpan<byte> bytes, DateOnly businessDate, out ClearingLine? line)
    {
        line = null;
        Span<Range> columns = stackalloc Range[CsvHeader.ColumnsMax];
        var count = CsvRow.Split(bytes, (byte)',', columns);
        if (count != _columns)
        {
            return count < 0
                ? LineFaults.Unshown(LineFaults.WholeLine, LineCodes.Quotes)
                : LineFaults.Numbers(LineFaults.WholeLine, LineCodes.Columns, $"{count}/{_columns}");
        }

        var text = Value(bytes, columns, _merchantNo);
        if (!FieldValues.TryMerchantNo(text, out var merchantNo))
        {
            return LineFaults.Of(CsvHeader.MerchantNo, LineCodes.MerchantNo, text);
        }

        text = Value(bytes, columns, _terminalNo);
        if (!FieldValues.TryTerminalNo(text, out var terminalNo))
        {
            return LineFaults.Of(CsvHeader.TerminalNo, LineCodes.TerminalNo, text);
        }

        var batch = ClearingLine.NoBatch;
        text = Value(bytes, columns, _batch);
        if (!text.IsEmpty && !FieldValues.TrySixDigits(text, out batch))
        {
            return LineFaults.Of(CsvHeader.BatchNo, LineCodes.Batch, text);
        }

        text = Value(bytes, columns, _stan);
        if (!FieldValues.TrySixDigits(text, out var stan))
        {
            return LineFaults.Of(CsvHeader.Stan, LineCodes.Stan, text);
        }

        text = Value(bytes, columns, _transactedAt);
        if (!CsvTime.TryRead(text, out var occurredAt))
        {
            return LineFaults.Of(CsvHeader.TransactedAt, LineCodes.Time, text);
        }

        if (!FieldValues.IsInRange(DateOnly.FromDateTime(occurredAt), businessDate))
        {
            return LineFaults.Of(CsvHeader.TransactedAt, LineCodes.DateRange, text);
        }

        text = Value(bytes, columns, _kind);
        if (!TryKind(text, out var kind))
        {
            return LineFaults.Of(CsvHeader.Kind, LineCodes.Kind, text);
        }

        text = Value(bytes, columns, _amount);
        if (CsvMoney.ReadAmount(text, _amountInYuan, out var amountFen) is { } amountCode)
        {
            return LineFaults.Of(AmountColumn, amountCode, text);
        }

        text = Value(bytes, columns, _cardKind);
        if (!TryCardKind(text, out var cardKind))
        {
            return LineFaults.Of(CsvHeader.CardKind, LineCodes.CardKind, text);
        }

        if (!CardNumbers.TryRead(Value(bytes, columns, _pan), out var card, out var fullCardNumber))
        {
            return LineFaults.Unshown(CsvHeader.PanMasked, LineCodes.Card);
        }

        text = Value(bytes, columns, _reference);
        if (!FieldValues.TryReference(text, out var reference))
        {
            return LineFaults.Of(CsvHeader.ReferenceNo, LineCodes.Reference, text);
        }

        text = Value(bytes, columns, _originalReference);
        if (!FieldValues.TryReference(text, out var originalReference))
        {
            return LineFaults.Of(CsvHeader.OriginalReferenceNo, LineCodes.Reference, text);
        }

        text = Value(bytes, columns, _fee);
        if (!CsvMoney.TryFee(text, _feeInYuan, out var feeFen))
        {
            return LineFaults.Of(FeeColumn, LineCodes.Fee, text);
        }

        line = new ClearingLine
        {
            MerchantNo = merchantNo,
            TerminalNo = terminalNo,
            Batch = batch,
            Stan = stan,
            OccurredAt = occurredAt,
            Kind = kind,
            AmountFen = amountFen,
            CardKind = cardKind,
            Card = card,
            FullCardNumber = fullCardNumber,
            Reference = reference,
            OriginalReference = kind == TransactionKind.Sale ? "" : originalReference,
            DeclaredFeeFen = feeFen,
        };
        return FieldValues.CardElsewhere(
            fullCardNumber,
            (CsvHeader.MerchantNo, merchantNo.Text),
            (CsvHeader.ReferenceNo, reference),
            (CsvHeader.OriginalReferenceNo, originalReference));
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> bytes, ReadOnlySpan<Range> columns, int column) =>
        column < 0 ? default : bytes[columns[column]];

    private static bool TryKind(ReadOnlySpan<byte> text, out TransactionKind kind)
    {
        kind = text.SequenceEqual("sale"u8) ? TransactionKind.Sale
            : text.SequenceEqual("refund"u8) ? TransactionKind.Refund
            : text.SequenceEqual("reversal"u8) ? TransactionKind.Reversal
            : default;
        return kind != default;
    }

    private static bool TryCardKind(ReadOnlySpan<byte> text, out CardKind kind)
    {
        kind = text.SequenceEqual("debit"u8) ? CardKind.Debit : text.SequenceEqual("credit"u8) ? CardKind.Credit : default;
        return kind != default;
    }
}
