using System.Buffers.Binary;
using System.Text;
using Acquiring.Backend.Transactions.Journal;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Transactions.Judging;

/// <summary>
/// What a transaction date already holds, by terminal number, STAN and kind, posted or in suspense: enough to prove a line new without
/// asking the database, never enough to call it a duplicate. A hash that is there may be another line's; then <see cref="Twins"/> or the
/// database decide.
/// </summary>
internal sealed class DateSlots
{
    /// <summary>Looking a line up in the database costs about as much as reading so many lines of its date.</summary>
    private const int LinesPerLookUp = 16;

    private readonly SlotSet? _slots;
    private long _lookUps;

    private DateSlots(SlotSet? slots, long generation) => (_slots, Generation) = (slots, generation);

    /// <summary>
    /// The date's count of commits up to which this memory is whole. Whoever commits lines that were added here advances it, so it differs
    /// from the database's count from the moment another writer gave the date a line.
    /// </summary>
    public long Generation { get; set; }

    /// <summary>The date's lines, when reading them was worth it and they are not too many.</summary>
    public PostedTwins? Twins { get; private set; }

    /// <summary>Remembers a line; <c>true</c> when nothing on its date can be its twin.</summary>
    public bool IsNew(string terminalNo, int stan, TransactionKind kind)
    {
        if (_slots is { } slots && slots.Count < PostedSlots.SlotsPerDateMax && slots.Add(HashOf(terminalNo, stan, kind)))
        {
            return true;
        }

        _lookUps++;
        return false;
    }

    /// <summary>
    /// Reads the date's lines once so many were known that looking them up has cost as much: a file that comes in again is then compared
    /// in memory, and one with a few repeats never reads the day. What others do to the date meanwhile advances its count, and the chunk is
    /// judged anew.
    /// </summary>
    public async Task LoadTwinsOnceWorthItAsync(NpgsqlDataSource database, DateOnly date, CancellationToken cancellationToken)
    {
        if (_slots is not { Count: <= PostedSlots.TwinsPerDateMax } slots || _lookUps * LinesPerLookUp < slots.Count || Generation == 0)
        {
            return;
        }

        if (Twins is null)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            Twins = await PostedTwins.LoadAsync(connection, date, slots.Count, PostedSlots.TwinsPerDateMax, cancellationToken);
        }
    }

    public static async Task<DateSlots> LoadAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        // Counted before reading: a line that comes in between is remembered and only makes the memory differ from the count.
        var generation = (await JournalDates.GenerationsAsync(connection, [date], cancellationToken))[date];
        if (generation == 0)
        {
            return new DateSlots(new SlotSet(), 0);
        }

        await using var transaction = await WholeDate.BeginReadingAsync(connection, cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            select t.terminal_no, j.stan, j.kind
            from (select terminal_id, stan, kind from journal where transaction_date = $1 and turn = 0) j
            join terminal t using (terminal_id)
            union all
            select coalesce(h.named_terminal_no, h.terminal_no), h.stan, h.kind
            from held_line h
            where h.transaction_date = $1 and h.state <> 'withdrawn'
            limit $2
            """,
            connection)
        { CommandTimeout = 0 };
        command.Parameters.Add(new() { Value = date });
        command.Parameters.Add(new() { Value = PostedSlots.SlotsPerDateMax + 1 });
        var slots = new SlotSet();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            slots.Add(HashOf(reader.GetString(0), reader.GetInt32(1), (TransactionKind)reader.GetInt16(2)));
        }

        return new DateSlots(slots.Count > PostedSlots.SlotsPerDateMax ? null : slots, generation);
    }

    // A terminal number is eight ASCII characters, so it is itself 64 bits; the mix spreads them with the rest over all bits.
    private static ulong HashOf(string terminalNo, int stan, TransactionKind kind)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        _ = Encoding.ASCII.TryGetBytes(terminalNo, bytes, out _);
        unchecked
        {
            var hash = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ (((ulong)(uint)stan << 2) + (ulong)kind) * 0x9E3779B97F4A7C15;
            hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93;
            hash = (hash ^ (hash >> 29)) * 0x94D049BB133111EB;
            return hash ^ (hash >> 32);
        }
    }
}

/// <summary>
/// The dates in memory, for one reader of files at a time. A file mostly brings one or two dates; the rest of a long file's dates are
/// judged by the database.
/// </summary>
internal sealed class PostedSlots(NpgsqlDataSource database)
{
    /// <summary>Beyond it a date is not remembered: 128 MB at most for one.</summary>
    public const int SlotsPerDateMax = 12_000_000;

    /// <summary>A date with more lines is compared by the database: 120 MB at most for one.</summary>
    public const int TwinsPerDateMax = 2_000_000;

    /// <summary>Dates kept at a time; a chunk that brings more is judged by the database for the others.</summary>
    private const int DatesMax = 4;

    private readonly Dictionary<DateOnly, DateSlots> _dates = [];

    /// <summary>The memory of a date, loaded when it is not there; <c>null</c> when there are too many dates.</summary>
    public async Task<DateSlots?> OfAsync(DateOnly date, CancellationToken cancellationToken)
    {
        if (_dates.TryGetValue(date, out var slots))
        {
            return slots;
        }

        if (_dates.Count == DatesMax)
        {
            return null;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return _dates[date] = await DateSlots.LoadAsync(connection, date, cancellationToken);
    }

    public async Task LoadTwinsAsync(IReadOnlyDictionary<DateOnly, DateSlots> dates, CancellationToken cancellationToken)
    {
        foreach (var (date, slots) in dates)
        {
            await slots.LoadTwinsOnceWorthItAsync(database, date, cancellationToken);
        }
    }
}
