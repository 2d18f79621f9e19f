using System.Globalization;
using System.Text.Unicode;
using Acquiring.Benchmarks.Bank;
using Acquiring.Core.Transactions;

namespace Acquiring.Benchmarks.Online;

/// <summary>
/// Sales as terminals send them: each terminal in turn, each with its own trace numbers, at the present time. Connection c of n has
/// the terminals c, c + n, c + 2n..., so no two ever send for the same one.
/// </summary>
internal sealed class GatewayTraffic(BankRegistry registry)
{
    private const int PostBytesMax = 512;

    private readonly int[] _lastStans = new int[registry.Terminals.Count];
    private long _amountsFen;

    /// <summary>All amounts that were acknowledged; each caller adds its own.</summary>
    public long AmountsFen => Interlocked.Read(ref _amountsFen);

    public void Acknowledged(long amountsFen) => Interlocked.Add(ref _amountsFen, amountsFen);

    /// <summary>The terminals of one connection, as a writer of its requests.</summary>
    public Lane LaneOf(int connection, int connections) => new(this, registry, connection, connections);

    internal sealed class Lane
    {
        private readonly GatewayTraffic _traffic;
        private readonly BankRegistry _registry;
        private readonly int _first;
        private readonly int _step;
        private readonly Random _random;
        private readonly byte[] _buffer = new byte[PostBytesMax * NdjsonBatch.Lines];
        private int _terminal;
        private int _filled;

        public Lane(GatewayTraffic traffic, BankRegistry registry, int first, int step)
        {
            (_traffic, _registry, _first, _step, _terminal) = (traffic, registry, first, step, first);
            _random = new Random(first);
        }

        /// <summary>Amounts of the lines in the request.</summary>
        public long AmountsFen { get; private set; }

        public ReadOnlyMemory<byte> Request => _buffer.AsMemory(0, _filled);

        public void Clear() => (_filled, AmountsFen) = (0, 0);

        public void Add(bool lineEnd)
        {
            var now = BusinessTime.FromUtc(TimeProvider.System.GetUtcNow().UtcDateTime);
            var terminal = _registry.Terminals[_terminal];
            var stan = ++_traffic._lastStans[_terminal];
            var amountFen = 100 + _random.NextInt64(100_000);
            _terminal = _terminal + _step < _registry.Terminals.Count ? _terminal + _step : _first;
            var written = Utf8.TryWrite(
                _buffer.AsSpan(_filled), CultureInfo.InvariantCulture,
                $$"""{"merchantNo":"{{terminal.Merchant.No}}","terminalNo":"{{terminal.No}}","batch":1,"stan":{{stan}},"occurredAt":"{{now:yyyy-MM-ddTHH:mm:ss}}+08:00","kind":"sale","amountFen":{{amountFen}},"payType":"card","cardKind":"{{((stan & 1) == 0 ? "debit" : "credit")}}","card":"622202******{{stan % 10_000:D4}}","reference":"{{now:yyMMdd}}{{terminal.No}}{{stan:D6}}"}{{(lineEnd ? "\n" : "")}}""",
                out var length);
            if (!written)
            {
                throw new InvalidOperationException("a request is longer than its buffer");
            }

            _filled += length;
            AmountsFen += amountFen;
        }
    }
}

internal static class NdjsonBatch
{
    public const int Lines = 500;
    public const int Connections = 12;
}
