using System.Diagnostics;
using System.Text.Json;
using Acquiring.Benchmarks.Bank;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Benchmarks.References;

/// <summary>
/// What a grain that writes its state for each transaction costs: one versioned update a transaction, 1,000 keys, 64 connections. Each key has
/// one writer, as a grain is one writer, so the versions always fit.
/// </summary>
internal static class StateWrites
{
    public const int Keys = 1_000;
    public const int Connections = 64;

    public static async Task<double> RunAsync(BankDatabase database, TimeSpan box, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(
            $"""
            drop table if exists state;
            create table state (key text primary key, payload jsonb not null, version int not null);
            insert into state select 'm:' || k, '{Payload(0)}', 0 from generate_series(0, {Keys - 1}) k
            """,
            cancellationToken);
        await database.CheckpointAsync(cancellationToken);
        var connections = await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ => await database.DataSource.OpenConnectionAsync(cancellationToken)));
        long written = 0;
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(connections.Select((connection, i) => WriteAsync(connection, i)));
        return written / Stopwatch.GetElapsedTime(began).TotalSeconds;

        async Task WriteAsync(NpgsqlConnection connection, int first)
        {
            await using var closed = connection;
            await using var update = new NpgsqlCommand("update state set payload = $1, version = version + 1 where key = $2 and version = $3", connection);
            var payload = new NpgsqlParameter<string> { NpgsqlDbType = NpgsqlDbType.Jsonb, TypedValue = "" };
            var (key, version) = (new NpgsqlParameter<string> { TypedValue = "" }, new NpgsqlParameter<int>());
            update.Parameters.AddRange(new NpgsqlParameter[] { payload, key, version });
            await update.PrepareAsync(cancellationToken);
            var versions = new int[Keys];
            for (var i = first; Stopwatch.GetElapsedTime(began) < box; i = i + Connections < Keys ? i + Connections : first)
            {
                (payload.TypedValue, key.TypedValue, version.TypedValue) = (Payload(versions[i]), $"m:{i}", versions[i]++);
                var rows = await update.ExecuteNonQueryAsync(cancellationToken);
                WrongFiguresException.Unless(rows == 1, $"state write {i} met another version");
                Interlocked.Increment(ref written);
            }
        }
    }

    private static string Payload(int version) => JsonSerializer.Serialize(new
    {
        day = "2026-11-20", sales = version, grossFen = version * 1234L, feeFen = version * 7L, monthSales = version, monthGrossFen = version * 1234L,
        lastAt = "2026-11-20T10:00:00+08:00", reserved = Array.Empty<long>(),
    });
}
