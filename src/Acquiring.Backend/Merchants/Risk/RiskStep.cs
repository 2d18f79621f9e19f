using Acquiring.Backend.Night;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Jobs;
using Acquiring.Core.Merchants;
using Npgsql;

namespace Acquiring.Backend.Merchants.Risk;

/// <summary>
/// Grades every merchant that is not closed, those of an import too, by what is known at the end of the date; the grade is in force from the
/// next date on. A night that comes after a later one finds its date passed, and leaves it.
/// </summary>
internal sealed class RiskStep(NpgsqlDataSource database, TimeProvider clock) : INightStep
{
    /// <summary>Few enough that a transaction is short, and that what is read at once stays small.</summary>
    private const int MerchantsAtATime = 2_000;

    private const string Why = "nightRun";

    public NightStep Step => NightStep.Risk;

    public int Shards => 4;

    public async Task RunAsync(JobRun run, NightRun night, CancellationToken cancellationToken)
    {
        var after = run.Checkpoint<int>();
        while (await BlockAsync(run.Date, after, run.Shard, run.Shards, cancellationToken) is { Length: > 0 } block)
        {
            after = block[^1];
            await run.CommitAsync(
                connection => RegradeMerchants.RunAsync(
                    connection, block, run.Date, run.Date.AddDays(1), Why, Actors.Operator, clock.GetUtcNow().UtcDateTime, cancellationToken),
                checkpoint: after, cancellationToken: cancellationToken);
        }
    }

    public async Task<IReadOnlyDictionary<string, long>> CountAsync(NpgsqlConnection connection, DateOnly date, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select grade, count(*) from merchant_risk_grade where why = $2 and valid_from = $1 and basis = 'computed' group by grade
            """,
            connection);
        command.Parameters.Add(new() { Value = date.AddDays(1) });
        command.Parameters.Add(new() { Value = Why });
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            counts.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return counts;
    }

    public async Task<NightPreview> PreviewAsync(DateOnly date, bool insist, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var first = new List<RegradedMerchant>();
        var after = 0;
        int[] block;
        do
        {
            block = await BlockAsync(date, after, 0, 1, cancellationToken);
            foreach (var regraded in await RegradeMerchants.CompareAsync(connection, block, date, cancellationToken))
            {
                var word = MerchantRefusals.Word(regraded.Now.Grade);
                counts[word] = counts.GetValueOrDefault(word) + 1;
                if (first.Count < NightPreview.ChangesMax)
                {
                    first.Add(regraded);
                }
            }

            after = block.Length > 0 ? block[^1] : after;
        }
        while (block.Length == MerchantsAtATime);
        var numbers = await NumbersAsync(connection, [.. first.Select(f => f.MerchantId)], cancellationToken);
        return new(
            null, counts,
            [.. first.Select(f => new NightChange(numbers[f.MerchantId], MerchantRefusals.Word(f.Now.Grade), $"{f.Was ?? "-"} {f.Now.Points}"))]);
    }

    /// <summary>By number, the next of this shard. None when the date is passed: grades of a later night are there.</summary>
    private async Task<int[]> BlockAsync(DateOnly date, int after, int shard, int shards, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select merchant_id from merchant
            where merchant_id > $1 and merchant_id % $2 = $3 and state <> 'closed'
              and not exists (select from merchant_risk_grade where why = $4 and valid_from > $5)
            order by merchant_id
            limit $6
            """);
        foreach (var value in (object[])[after, shards, shard, Why, date.AddDays(1), MerchantsAtATime])
        {
            command.Parameters.Add(new() { Value = value });
        }

        var block = new List<int>(MerchantsAtATime);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            block.Add(reader.GetInt32(0));
        }

        return [.. block];
    }

    private static async Task<Dictionary<int, string>> NumbersAsync(NpgsqlConnection connection, int[] merchantIds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select merchant_id, merchant_no from merchant where merchant_id = any($1)", connection);
        command.Parameters.Add(new() { Value = merchantIds });
        var numbers = new Dictionary<int, string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            numbers.Add(reader.GetInt32(0), reader.GetString(1));
        }

        return numbers;
    }
}
