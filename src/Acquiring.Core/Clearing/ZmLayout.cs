namespace Acquiring.Core.Clearing;

/// <summary>
/// Where the forty fields of a ZM line stand (domain §5): widths in bytes of the file's encoding, one space between two fields.
/// </summary>
internal static class ZmLayout
{
    private static readonly (string Name, int Width)[] Fields =
    [
        ("trade_code", 3), ("acquirer", 11), ("forwarder", 11), ("stan", 6), ("time", 10), ("pan", 19), ("amount", 12), ("mcc", 4),
        ("terminal_type", 2), ("query_id", 21), ("old_pay_type", 2), ("order_id", 32), ("card_kind", 2), ("original_stan", 6),
        ("original_time", 10), ("merchant_fee", 13), ("net_amount", 13), ("pay_type", 4), ("group_merchant", 15),
        ("transaction_type", 2), ("sub_type", 2), ("business_type", 6), ("account_type", 2), ("bill_type", 4), ("bill_no", 32),
        ("mode", 1), ("original_query_id", 21), ("merchant_no", 15), ("split_mode", 1), ("sub_merchant", 15),
        ("sub_merchant_name", 32), ("sub_amount", 13), ("sub_net_amount", 13), ("terminal_no", 8), ("reserved", 32),
        ("discount", 13), ("invoice", 13), ("instalment_fee", 12), ("instalments", 2), ("medium", 1),
    ];

    /// <summary>Positions of the 39 separators.</summary>
    private static readonly int[] Separators = [.. Enumerable.Range(0, Fields.Length - 1).Select(i => StartOf(i) + Fields[i].Width)];

    public static readonly ZmField Stan = Field("stan");
    public static readonly ZmField Time = Field("time");
    public static readonly ZmField Pan = Field("pan");
    public static readonly ZmField Amount = Field("amount");
    public static readonly ZmField Mcc = Field("mcc");
    public static readonly ZmField QueryId = Field("query_id");
    public static readonly ZmField CardKind = Field("card_kind");
    public static readonly ZmField OriginalStan = Field("original_stan");
    public static readonly ZmField OriginalTime = Field("original_time");
    public static readonly ZmField MerchantFee = Field("merchant_fee");
    public static readonly ZmField NetAmount = Field("net_amount");
    public static readonly ZmField TransactionType = Field("transaction_type");
    public static readonly ZmField OriginalQueryId = Field("original_query_id");
    public static readonly ZmField MerchantNo = Field("merchant_no");
    public static readonly ZmField TerminalNo = Field("terminal_no");

    public const int LineBytes = 475;

    /// <summary>The index of the first field that is not followed by a space; -1 when all are.</summary>
    public static int FirstBadSeparator(ReadOnlySpan<byte> line)
    {
        var separators = Separators;
        for (var i = 0; i < separators.Length; i++)
        {
            if (line[separators[i]] != ' ')
            {
                return i;
            }
        }

        return -1;
    }

    public static string NameOf(int index) => Fields[index].Name;

    public static int SeparatorAfter(int index) => Separators[index];

    /// <summary>
    /// Whether a line is laid out like ZM. Two of three numeric fields are enough, so that a file is still recognised when the one
    /// line in its head has a fault worth reporting.
    /// </summary>
    public static bool Fits(ReadOnlySpan<byte> line)
    {
        if (line.Length != LineBytes || FirstBadSeparator(line) >= 0)
        {
            return false;
        }

        var numeric = 0;
        numeric += FieldValues.AreDigits(Stan.Of(line)) ? 1 : 0;
        numeric += FieldValues.AreDigits(Time.Of(line)) ? 1 : 0;
        numeric += FieldValues.AreDigits(Amount.Of(line)) ? 1 : 0;
        return numeric >= 2;
    }

    private static int StartOf(int index) => Fields.Take(index).Sum(f => f.Width + 1);

    private static ZmField Field(string name)
    {
        var index = Array.FindIndex(Fields, f => f.Name == name);
        return new ZmField(name, StartOf(index), Fields[index].Width);
    }
}

internal readonly record struct ZmField(string Name, int Start, int Width)
{
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> line) => line.Slice(Start, Width);

    /// <summary>Text is left-aligned; the spaces after it are filling.</summary>
    public ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> line) => Of(line).TrimEnd((byte)' ');
}
