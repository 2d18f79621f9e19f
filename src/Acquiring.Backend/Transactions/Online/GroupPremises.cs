using Acquiring.Backend.Merchants.Limits;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Transactions.Ingest;
using Acquiring.Backend.Transactions.Judging;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>What a group's transaction must know first; asked in one round trip, together with its beginning and the ingest lock.</summary>
/// <param name="IsWaitedFor">Refunds or reversals may wait for a sale of the group; more often than they truly do.</param>
/// <param name="Fences">Of merchants whose limits the group's sales were judged by: the token that counts now.</param>
internal sealed record GroupPremises(
    PostingDates PostingDates, IReadOnlyDictionary<DateOnly, long> Generations, bool IsWaitedFor, IReadOnlyDictionary<int, long> Fences)
{
    private static readonly IReadOnlyDictionary<int, long> s_none = new Dictionary<int, long>();

    /// <summary>Another activation counts for the merchant since the line was judged: it must be judged again.</summary>
    public bool IsOvertaken(Posting posting) => posting.Fence != 0 && Fences.GetValueOrDefault(posting.MerchantId) != posting.Fence;

    /// <summary>Begins the transaction. Each statement sees what was committed before it, so all after the lock see the same.</summary>
    public static async Task<GroupPremises> BeginAsync(NpgsqlConnection connection, DateOnly[] dates, IReadOnlyList<Posting> postings)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new("begin"));
        batch.BatchCommands.Add(Command(IngestLock.TakeSql, Of(DatabaseLocks.Ingest)));
        return await AskAsync(batch, dates, postings, WaitedFor(postings));
    }

    /// <summary>
    /// For a prepared group: goes on with its transaction, or begins one, and takes the lock. Whether anything at all waits for a sale is
    /// asked first: to send the numbers of thousands of sales costs as much as to price them.
    /// </summary>
    /// <exception cref="PostgresException">The transaction had limited its waits, and the lock was not to be had in that time.</exception>
    public static async Task<GroupPremises> OfPreparedAsync(NpgsqlConnection connection, PreparedGroup group, bool isBegun)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (!isBegun)
        {
            batch.BatchCommands.Add(new("begin"));
        }

        batch.BatchCommands.Add(Command(IngestLock.TakeSql, Of(DatabaseLocks.Ingest)));
        batch.BatchCommands.Add(new("set local lock_timeout = 0"));
        var premises = await AskAsync(
            batch, [.. group.Dates], group.Postings,
            new NpgsqlBatchCommand(
                """
                select exists (select from held_line where state = 'held' and reason = 'sale-unknown' and original_reference <> '')
                    or exists (select from held_line where state = 'held' and reason = 'sale-unknown' and original_reference = '')
                """));
        if (!premises.IsWaitedFor)
        {
            return premises;
        }

        await using var precise = new NpgsqlBatch(connection) { BatchCommands = { WaitedFor(group.Postings) } };
        return premises with { IsWaitedFor = (bool)(await precise.ExecuteScalarAsync())! };
    }

    private static async Task<GroupPremises> AskAsync(
        NpgsqlBatch batch, DateOnly[] dates, IReadOnlyList<Posting> postings, NpgsqlBatchCommand waitedFor)
    {
        batch.BatchCommands.Add(new("select max(business_date) from business_day_close"));
        batch.BatchCommands.Add(Command(
            "select transaction_date, generation from journal_date where transaction_date = any($1)",
            new NpgsqlParameter { Value = dates, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date }));
        batch.BatchCommands.Add(waitedFor);
        var fenced = postings.Where(p => p.Fence != 0).Select(p => p.MerchantId).Distinct().ToArray();
        if (fenced.Length > 0)
        {
            batch.BatchCommands.Add(LimitFences.Select(fenced));
        }

        await batch.PrepareAsync();
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        await reader.ReadAsync();
        var closed = reader.IsDBNull(0) ? (DateOnly?)null : reader.GetFieldValue<DateOnly>(0);
        await reader.NextResultAsync();
        var generations = dates.ToDictionary(d => d, _ => 0L);
        while (await reader.ReadAsync())
        {
            generations[reader.GetFieldValue<DateOnly>(0)] = reader.GetInt64(1);
        }

        await reader.NextResultAsync();
        await reader.ReadAsync();
        var isWaitedFor = reader.GetBoolean(0);
        var fences = s_none;
        if (fenced.Length > 0)
        {
            await reader.NextResultAsync();
            fences = await LimitFences.ReadAsync(reader, CancellationToken.None);
        }

        return new(new PostingDates(closed), generations, isWaitedFor, fences);
    }

    private static NpgsqlBatchCommand WaitedFor(IReadOnlyList<Posting> postings) => Command(
        """
        select exists (select from held_line
                       where state = 'held' and reason = 'sale-unknown' and original_reference <> '' and original_reference = any($1))
            or exists (select from held_line
                       where state = 'held' and reason = 'sale-unknown' and original_reference = '' and terminal_no = any($2)
                         and original_stan = any($3))
        """,
        new NpgsqlParameter { Value = postings.Select(p => p.Notice.Line.Reference).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        new NpgsqlParameter { Value = postings.Select(p => p.Notice.Line.TerminalNo.Text).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        new NpgsqlParameter { Value = postings.Select(p => p.Notice.Line.Stan).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });

    private static NpgsqlParameter Of(long value) => new() { Value = value };

    private static NpgsqlBatchCommand Command(string sql, params IReadOnlyList<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
