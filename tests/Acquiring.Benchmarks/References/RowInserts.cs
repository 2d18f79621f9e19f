using System.Diagnostics;
using Acquiring.Benchmarks.Bank;
using Npgsql;

namespace Acquiring.Benchmarks.References;

/// <summary>One-row inserts over 16 connections, prepared, each its own commit.</summary>
internal static class RowInserts
{
    public const int Connections = 16;

    /// <summary>Inserts a second, until the time is up or the rows are.</summary>
    public static async Task<double> RunAsync(BankDatabase database, ReferenceRow[] rows, TimeSpan box, CancellationToken cancellationToken)
    {
        await ReferenceTable.CreateAsync(database, cancellationToken);
        await database.CheckpointAsync(cancellationToken);
        var next = -1;
        var connections = await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ => await database.DataSource.OpenConnectionAsync(cancellationToken)));
        var began = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(connections.Select(WriteAsync));
        return counts.Sum() / Stopwatch.GetElapsedTime(began).TotalSeconds;

        async Task<long> WriteAsync(NpgsqlConnection connection)
        {
            await using var closed = connection;
            await using var insert = new NpgsqlCommand(
                $"insert into {ReferenceTable.Name} ({ReferenceTable.Columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", connection);
            var (date, terminal, batch, stan, kind, merchant) = (new NpgsqlParameter<DateOnly>(), new NpgsqlParameter<int>(),
                new NpgsqlParameter<int>(), new NpgsqlParameter<int>(), new NpgsqlParameter<short>(), new NpgsqlParameter<int>());
            var (amount, fee, card, reference, at) = (new NpgsqlParameter<long>(), new NpgsqlParameter<long>(), new NpgsqlParameter<short>(),
                new NpgsqlParameter<string>(), new NpgsqlParameter<DateTime>());
            insert.Parameters.AddRange(new NpgsqlParameter[] { date, terminal, batch, stan, kind, merchant, amount, fee, card, reference, at });
            reference.TypedValue = "";
            at.TypedValue = rows[0].OccurredAt;
            await insert.PrepareAsync(cancellationToken);
            long written = 0;
            for (var i = Interlocked.Increment(ref next); i < rows.Length && Stopwatch.GetElapsedTime(began) < box; i = Interlocked.Increment(ref next))
            {
                var row = rows[i];
                (date.TypedValue, terminal.TypedValue, batch.TypedValue, stan.TypedValue) = (row.Date, row.TerminalId, row.Batch, row.Stan);
                (kind.TypedValue, merchant.TypedValue, amount.TypedValue, fee.TypedValue) = (row.Kind, row.MerchantId, row.AmountFen, row.FeeFen);
                (card.TypedValue, reference.TypedValue, at.TypedValue) = (row.CardKind, row.Reference, row.OccurredAt);
                await insert.ExecuteNonQueryAsync(cancellationToken);
                written++;
            }

            return written;
        }
    }
}
