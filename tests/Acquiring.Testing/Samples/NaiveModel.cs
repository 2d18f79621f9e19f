namespace Acquiring.Testing.Samples;

/// <summary>
/// A second, slow implementation of the rules (domain §2, §3, §5 and the samples' README), written only to be obviously right. It shares
/// no code with the product, keeps everything in lists in memory and reads the same bytes.
/// </summary>
public sealed class NaiveModel(NaiveRegistry registry)
{
    private readonly Dictionary<(string, string, int, DateOnly, string), List<int?>> _known = [];
    private readonly List<NaiveLine> _posted = [];
    private readonly List<NaiveLine> _waiting = [];
    private readonly Dictionary<(string, string), Sold> _sold = [];
    private readonly HashSet<DateOnly> _datesWithFile = [];

    /// <summary>Lines that waited for their sale in an earlier file and were posted by a later one.</summary>
    public int Released { get; private set; }

    /// <summary>The model of a set's registry with the files taken in the given order.</summary>
    public static NaiveModel Of(SampleSet set, IEnumerable<SampleFile>? files = null)
    {
        var model = new NaiveModel(NaiveRegistry.Read(set.Registry.MerchantsCsv(), set.Registry.TerminalsCsv()));
        foreach (var file in files ?? set.Files)
        {
            model.Take(file.Name, file.Bytes, file.BusinessDate);
        }

        return model;
    }

    public FileOutcome Take(string name, byte[] bytes, DateOnly businessDate)
    {
        _datesWithFile.Add(businessDate);
        var file = new Tally();
        var waitingBefore = _waiting.Count;
        foreach (var line in NaiveReader.Read(name, bytes, businessDate))
        {
            Judge(line, file);
        }

        file.Held += _waiting.Count - (waitingBefore - file.Released);
        Released += file.Released;
        return new FileOutcome(
            name, file.Sales + file.Refunds + file.Reversals - file.Released, file.Duplicates, file.Held, file.Malformed, file.Sales,
            file.Refunds, file.Reversals, file.GrossFen, file.RefundFen, file.FeeFen, file.FeeDifferences);
    }

    /// <summary>What each merchant took on each date of its transactions, in the order of the merchants' numbers and the dates.</summary>
    public IReadOnlyList<MerchantDay> Volumes()
    {
        var days = new Dictionary<(string Merchant, DateOnly Date), (long Sales, long NetFen, long FeeFen)>();
        void Add(NaiveLine line, int sales, long netFen, long feeFen)
        {
            var sum = days.GetValueOrDefault((line.Merchant, line.Date));
            days[(line.Merchant, line.Date)] = (sum.Sales + sales, sum.NetFen + netFen, sum.FeeFen + feeFen);
        }

        foreach (var sale in _posted.Where(line => line.Kind == "sale"))
        {
            Add(sale, 1, sale.AmountFen, FeeOf(sale));
        }

        // In the order of the refunds' own times, so that the order of arrival cannot matter.
        foreach (var ofOneSale in _posted.Where(line => line.Kind != "sale").GroupBy(line => _sold[(line.Merchant, line.OriginalReference)]))
        {
            var back = new GivenBack();
            foreach (var line in ofOneSale.OrderBy(line => line.At).ThenBy(line => line.Stan))
            {
                Add(line, 0, -line.AmountFen, -back.Next(ofOneSale.Key, line.AmountFen));
            }
        }

        return [.. days.OrderBy(day => day.Key.Merchant, StringComparer.Ordinal).ThenBy(day => day.Key.Date)
            .Select(day => new MerchantDay(day.Key.Merchant, day.Key.Date, day.Value.Sales, day.Value.NetFen, day.Value.FeeFen))];
    }

    /// <summary>The terminals that are idle at the close of a date, in the order of their numbers.</summary>
    public IReadOnlyList<IdleTerminal> Idle(DateOnly on)
    {
        var idle = new List<IdleTerminal>();
        foreach (var terminal in registry.Terminals.Values.Where(terminal => !terminal.Spare).OrderBy(terminal => terminal.No, StringComparer.Ordinal))
        {
            var last = _posted.Where(line => line.Kind == "sale" && line.Terminal == terminal.No && line.Date <= on)
                .Select(line => line.Date)
                .Append(terminal.LastTransactionOn ?? terminal.InstalledOn)
                .Max();
            if (Due(last, 12, on) <= on)
            {
                idle.Add(new IdleTerminal(terminal.No, "12m", last));
            }
            else if (Due(last, 3, on) <= on)
            {
                idle.Add(new IdleTerminal(terminal.No, "3m", last));
            }
        }

        return idle;
    }

    /// <summary>Activity + months + the incomplete dates on the way, as many times as it takes until no more are met.</summary>
    private DateOnly Due(DateOnly last, int months, DateOnly on)
    {
        var firstDate = _datesWithFile.Min();
        var due = last.AddMonths(months);
        while (true)
        {
            var incomplete = 0;
            for (var date = last.AddDays(1); date <= due && date <= on; date = date.AddDays(1))
            {
                incomplete += date >= firstDate && !_datesWithFile.Contains(date) ? 1 : 0;
            }

            if (last.AddMonths(months).AddDays(incomplete) == due)
            {
                return due;
            }

            due = last.AddMonths(months).AddDays(incomplete);
        }
    }

    private void Judge(NaiveLine? line, Tally file)
    {
        if (line is null)
        {
            file.Malformed++;
            return;
        }

        var key = (line.Merchant, line.Terminal, line.Stan, line.Date, line.Kind);
        var batches = _known.TryGetValue(key, out var seen) ? seen : _known[key] = [];
        if (batches.Exists(batch => batch is null || line.Batch is null || batch == line.Batch))
        {
            file.Duplicates++;
            return;
        }

        batches.Add(line.Batch);
        if (!registry.Merchants.ContainsKey(line.Merchant)
            || !registry.Terminals.TryGetValue(line.Terminal, out var terminal)
            || terminal.Merchant != line.Merchant)
        {
            file.Held++;
        }
        else if (line.Kind == "sale")
        {
            Post(line, file);
        }
        else
        {
            GiveBack(line, file);
        }
    }

    private void Post(NaiveLine sale, Tally file)
    {
        var fee = FeeOf(sale);
        file.Sales++;
        file.GrossFen += sale.AmountFen;
        file.FeeFen += fee;
        file.FeeDifferences += sale.DeclaredFeeFen == fee ? 0 : 1;
        file.Own.Add(sale);
        _posted.Add(sale);
        _sold[(sale.Merchant, sale.Reference)] = new Sold(sale.AmountFen, fee);
        foreach (var waiting in _waiting.Where(line => line.Merchant == sale.Merchant && line.OriginalReference == sale.Reference).ToList())
        {
            _waiting.Remove(waiting);
            file.Released += file.Own.Contains(waiting) ? 0 : 1;
            GiveBack(waiting, file);
        }
    }

    private void GiveBack(NaiveLine line, Tally file)
    {
        if (!_sold.TryGetValue((line.Merchant, line.OriginalReference), out var sale))
        {
            file.Own.Add(line);
            _waiting.Add(line);
            return;
        }

        var whole = sale.Back.AmountFen == 0 && line.AmountFen == sale.AmountFen;
        if (line.Kind == "reversal" ? !whole : sale.Back.AmountFen + line.AmountFen > sale.AmountFen)
        {
            file.Held++;
            return;
        }

        file.Refunds += line.Kind == "refund" ? 1 : 0;
        file.Reversals += line.Kind == "reversal" ? 1 : 0;
        file.RefundFen += line.AmountFen;
        file.FeeFen -= sale.Back.Next(sale, line.AmountFen);
        _posted.Add(line);
    }

    private long FeeOf(NaiveLine sale) => registry.Merchants[sale.Merchant].FeeOf(sale.AmountFen, sale.Credit);

    private sealed class Sold(long amountFen, long feeFen)
    {
        public long AmountFen { get; } = amountFen;

        public long FeeFen { get; } = feeFen;

        public GivenBack Back { get; } = new();
    }

    private sealed class GivenBack
    {
        private long _feeFen;

        public long AmountFen { get; private set; }

        /// <summary>Fee × refunded so far ÷ sold, half-up, less what was given back before.</summary>
        public long Next(Sold sale, long amountFen)
        {
            AmountFen += amountFen;
            var soFar = (long)decimal.Round((decimal)sale.FeeFen * AmountFen / sale.AmountFen, MidpointRounding.AwayFromZero);
            var now = soFar - _feeFen;
            _feeFen = soFar;
            return now;
        }
    }

    private sealed class Tally
    {
        public HashSet<NaiveLine> Own { get; } = [];

        public int Duplicates, Held, Malformed, Sales, Refunds, Reversals, FeeDifferences, Released;

        public long GrossFen, RefundFen, FeeFen;
    }
}
