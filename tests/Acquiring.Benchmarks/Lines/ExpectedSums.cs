using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Backend.Transactions.Volumes;
using Acquiring.Benchmarks.Bank;
using Acquiring.Core.Transactions;

namespace Acquiring.Benchmarks.Lines;

/// <summary>What must come of a day, summed from the generator's own lines.</summary>
internal sealed class ExpectedSums
{
    private readonly BankRegistry _registry;
    private readonly int[] _sales;
    private readonly long[] _grossFen;
    private readonly long[] _refundFen;
    private readonly long[] _feeFen;
    private readonly bool[] _trades;

    public ExpectedSums(BankRegistry registry, LineSet set)
    {
        (_registry, Lines) = (registry, set.Lines.Length);
        var merchants = registry.Merchants.Count;
        (_sales, _grossFen, _refundFen, _feeFen, _trades) =
            (new int[merchants], new long[merchants], new long[merchants], new long[merchants], new bool[merchants]);
        foreach (ref readonly var line in set.Lines.AsSpan())
        {
            var merchant = BankRegistry.MerchantOf(line.Terminal);
            var sale = line.Kind == TransactionKind.Sale;
            _trades[merchant] = true;
            _sales[merchant] += sale ? 1 : 0;
            _grossFen[merchant] += sale ? line.AmountFen : 0;
            _refundFen[merchant] += sale ? 0 : line.AmountFen;
            _feeFen[merchant] += line.FeeFen;
        }
    }

    public int Lines { get; }

    public void CheckFresh(ClearingFileReport report)
    {
        WrongFiguresException.Unless(
            report.Posted == Lines && report.Held == 0 && report.Malformed == 0 && report.Duplicates == 0,
            $"of {Lines} fresh lines {report.Posted} were posted, {report.Held} held, {report.Malformed} malformed, {report.Duplicates} duplicates");
        WrongFiguresException.Unless(
            report.Gross.AmountFen == _grossFen.Sum() && report.Refund.AmountFen == _refundFen.Sum() && report.Fee.AmountFen == _feeFen.Sum()
            && report.FeeDifferences == 0,
            $"the file's sums are not the lines': gross {report.Gross.AmountFen} for {_grossFen.Sum()}, refunds {report.Refund.AmountFen} for "
            + $"{_refundFen.Sum()}, fees {report.Fee.AmountFen} for {_feeFen.Sum()}, {report.FeeDifferences} fee differences");
    }

    public void CheckDuplicates(ClearingFileReport report) => WrongFiguresException.Unless(
        report.Duplicates == Lines && report.Posted == 0, $"of {Lines} repeated lines {report.Duplicates} were duplicates, {report.Posted} posted");

    /// <summary>Every merchant's day, to the fen.</summary>
    public void CheckDay(IReadOnlyList<MerchantDayVolume> volumes)
    {
        var days = volumes.ToDictionary(v => v.MerchantNo, StringComparer.Ordinal);
        WrongFiguresException.Unless(days.Count == _trades.Count(t => t), $"{days.Count} merchants have a day, {_trades.Count(t => t)} traded");
        for (var i = 0; i < _trades.Length; i++)
        {
            if (_trades[i])
            {
                var day = days.GetValueOrDefault(_registry.Merchants[i].No);
                WrongFiguresException.Unless(
                    day is not null && day.Sales == _sales[i] && day.Gross.AmountFen == _grossFen[i] && day.Refund.AmountFen == _refundFen[i]
                    && day.Fee.AmountFen == _feeFen[i],
                    $"the day of merchant {_registry.Merchants[i].No} is {day}, not {_sales[i]} sales, {_grossFen[i]} gross, {_refundFen[i]} back, {_feeFen[i]} fees");
            }
        }
    }
}
