using System.Text;
using Acquiring.Benchmarks.Bank;
using Acquiring.Core.Transactions;
using Acquiring.Testing.Samples;

namespace Acquiring.Benchmarks.Lines;

/// <summary>A line of the fixed-width format in which the changing fields are overwritten; its bytes hold until the next line.</summary>
internal sealed class ZmLine
{
    private static readonly int[] Widths =
    [
        3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13, 13, 8, 32, 13, 13, 12, 2, 1,
    ];

    private static readonly int Stan = StartOf(3), Time = StartOf(4), CardLast4 = StartOf(5) + 12, Amount = StartOf(6), Mcc = StartOf(7),
        QueryId = StartOf(9), OrderId = StartOf(11), CardKind = StartOf(12), OriginalStan = StartOf(13), OriginalTime = StartOf(14),
        Fee = StartOf(15), Net = StartOf(16), Type = StartOf(19), OriginalQueryId = StartOf(26), Merchant = StartOf(27), Terminal = StartOf(33);

    private readonly byte[] _bytes;
    private readonly byte[][] _terminals;
    private readonly byte[][] _merchants;
    private readonly byte[][] _mccs;
    private readonly int _day;
    private readonly int _referenceDate;

    public ZmLine(SampleWriter writer, BankRegistry registry, DateOnly date)
    {
        var terminal = registry.Terminals[0];
        var sale = new SampleLine(
            terminal.Merchant, terminal.No, 1, 1, date.ToDateTime(default), SampleKind.Sale, 100, false, "622202******0000",
            new string('0', 20), null, 0);
        _bytes = [.. writer.Line(sale), (byte)'\n'];
        _terminals = [.. registry.Terminals.Select(t => Encoding.ASCII.GetBytes(t.No))];
        _merchants = [.. registry.Merchants.Select(m => Encoding.ASCII.GetBytes(m.No))];
        _mccs = [.. registry.Merchants.Select(m => Encoding.ASCII.GetBytes(m.Mcc))];
        _day = (date.Month * 100) + date.Day;
        _referenceDate = (date.Year % 100 * 10_000) + _day;
    }

    public ReadOnlySpan<byte> Of(in BenchmarkLine line)
    {
        var merchant = BankRegistry.MerchantOf(line.Terminal);
        var sale = line.Kind == TransactionKind.Sale;
        var feeFen = Math.Abs(line.FeeFen);
        Digits(Stan, 6, line.Stan);
        TimeAt(Time, line.Second);
        Digits(CardLast4, 4, line.Stan % 10_000);
        Digits(Amount, 12, line.AmountFen);
        Text(Mcc, _mccs[merchant]);
        ReferenceAt(QueryId, line.Terminal, line.Stan);
        ReferenceAt(OrderId, line.Terminal, line.Stan);
        Digits(CardKind, 2, line.Credit ? 2 : 1);
        Digits(OriginalStan, 6, line.OriginalStan);
        _bytes.AsSpan(OriginalTime, 10).Fill((byte)'0');
        _bytes.AsSpan(OriginalQueryId, 21).Fill((byte)' ');
        if (!sale)
        {
            TimeAt(OriginalTime, line.OriginalSecond);
            ReferenceAt(OriginalQueryId, line.Terminal, line.OriginalStan);
        }

        _bytes[Fee] = _bytes[Net] = sale ? (byte)'C' : (byte)'D';
        Digits(Fee + 1, 12, feeFen);
        Digits(Net + 1, 12, line.AmountFen - feeFen);
        Digits(Type, 2, line.Kind switch { TransactionKind.Sale => 1, TransactionKind.Refund => 4, _ => 31 });
        Text(Merchant, _merchants[merchant]);
        Text(Terminal, _terminals[line.Terminal]);
        return _bytes;
    }

    private static int StartOf(int field) => Widths.Take(field).Sum() + field;

    private void ReferenceAt(int at, int terminal, int stan)
    {
        Digits(at, 6, _referenceDate);
        Text(at + 6, _terminals[terminal]);
        Digits(at + 14, 6, stan);
    }

    private void TimeAt(int at, int second)
    {
        Digits(at, 4, _day);
        Digits(at + 4, 2, second / 3600);
        Digits(at + 6, 2, second / 60 % 60);
        Digits(at + 8, 2, second % 60);
    }

    private void Text(int at, byte[] text) => text.CopyTo(_bytes, at);

    private void Digits(int at, int width, long value)
    {
        for (var i = at + width - 1; i >= at; i--, value /= 10)
        {
            _bytes[i] = (byte)('0' + (value % 10));
        }
    }
}
