using Acquiring.Core.Refusals;

namespace Acquiring.Core.Clearing;

/// <summary>The columns of our CSV dialects. The unit of money is declared by a column's name and never guessed.</summary>
internal sealed class CsvHeader
{
    public const int ColumnsMax = 16;

    public const string MerchantNo = "merchant_no";
    public const string TerminalNo = "terminal_no";
    public const string BatchNo = "batch_no";
    public const string Stan = "stan";
    public const string TransactedAt = "transacted_at";
    public const string Kind = "kind";
    public const string AmountFen = "amount_fen";
    public const string AmountYuan = "amount_yuan";
    public const string CardKind = "card_kind";
    public const string PanMasked = "pan_masked";
    public const string ReferenceNo = "reference_no";
    public const string OriginalReferenceNo = "original_reference_no";
    public const string DeclaredFeeFen = "declared_fee_fen";
    public const string DeclaredFeeYuan = "declared_fee_yuan";

    private static readonly string[] Required = [MerchantNo, TerminalNo, BatchNo, Stan, TransactedAt, Kind, CardKind];

    private static readonly string[] Known =
    [
        .. Required, AmountFen, AmountYuan, PanMasked, ReferenceNo, OriginalReferenceNo, DeclaredFeeFen, DeclaredFeeYuan,
    ];

    private readonly string[] _names;

    private CsvHeader(string[] names) => _names = names;

    public int Columns => _names.Length;

    public bool AmountInYuan => IndexOf(AmountYuan) >= 0;

    public bool FeeInYuan => IndexOf(DeclaredFeeYuan) >= 0;

    /// <summary>Where a column stands; -1 when the file does not have it.</summary>
    public int IndexOf(string name) => Array.IndexOf(_names, name);

    /// <summary>The names of a header line; quotes, surrounding spaces and capitals are let pass. <c>null</c> when the line cannot be one.</summary>
    public static string[]? NamesIn(ReadOnlySpan<byte> line, byte delimiter)
    {
        Span<Range> columns = stackalloc Range[64];
        var count = CsvRow.Split(line, delimiter, columns);
        if (count < 0 || count > columns.Length)
        {
            return null;
        }

        var names = new string[count];
        for (var i = 0; i < count; i++)
        {
            names[i] = LineEncoding.Decode(line[columns[i]]).Trim().ToLowerInvariant();
        }

        return names;
    }

    /// <summary>A header is known by two of our names: one alone may be chance.</summary>
    public static bool LooksLikeOurs(string[]? names) => names is not null && names.Distinct().Count(Known.Contains) >= 2;

    public static Result<CsvHeader> Of(string[] names)
    {
        var duplicated = names.GroupBy(n => n).Where(g => g.Count() > 1).Select(g => g.Key).ToArray();
        if (duplicated.Length > 0)
        {
            return ClearingRefusals.DuplicateColumns(duplicated);
        }

        if (names.Contains(AmountFen) == names.Contains(AmountYuan))
        {
            return ClearingRefusals.AmountUnit(names.Where(n => n.StartsWith("amount", StringComparison.Ordinal)));
        }

        if (names.Contains(DeclaredFeeFen) && names.Contains(DeclaredFeeYuan))
        {
            return ClearingRefusals.FeeUnit();
        }

        var missing = Required.Except(names).ToArray();
        if (missing.Length > 0)
        {
            return ClearingRefusals.MissingColumns(missing);
        }

        var unknown = names.Except(Known).ToArray();
        return unknown.Length > 0 ? ClearingRefusals.UnknownColumns(unknown) : new CsvHeader(names);
    }
}
