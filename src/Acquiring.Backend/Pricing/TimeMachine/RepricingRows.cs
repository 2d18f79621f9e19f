using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Operations;
using Acquiring.Core.Pricing;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Pricing.TimeMachine;

/// <summary>What repricings came to, by merchant; the newest <see cref="KeptMax"/> are kept.</summary>
internal sealed class RepricingRows(NpgsqlDataSource database)
{
    /// <summary>A result is some hundred bytes a merchant.</summary>
    private const int KeptMax = 5;

    /// <summary>Keeps all of it or nothing. Does nothing when another request has taken the operation's id meanwhile.</summary>
    public async Task KeepAsync(Operation operation, IReadOnlyList<RepricedRow> rows, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var begin = new NpgsqlCommand(
            """
            with mine as (select operation_id from operation where operation_id = $1 and attempt = $2 for update)
            insert into repricing_result (operation_id) select operation_id from mine
            on conflict (operation_id) do update set kept_at = now()
            returning operation_id
            """,
            connection))
        {
            begin.Parameters.Add(new() { Value = operation.Id });
            begin.Parameters.Add(new() { Value = operation.Attempt });
            if (await begin.ExecuteScalarAsync(cancellationToken) is null)
            {
                return;
            }
        }

        await using (var clear = new NpgsqlCommand("delete from repricing_row where operation_id = $1", connection))
        {
            clear.Parameters.Add(new() { Value = operation.Id });
            await clear.ExecuteNonQueryAsync(cancellationToken);
        }

        await CopyAsync(connection, operation.Id, rows, cancellationToken);
        await using (var forget = new NpgsqlCommand(
            $"delete from repricing_result where kept_at < (select kept_at from repricing_result order by kept_at desc offset {KeptMax - 1} limit 1)",
            connection))
        {
            await forget.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<bool> AreKeptAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select exists (select from repricing_result where operation_id = $1)");
        command.Parameters.Add(new() { Value = id });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>By merchant number.</summary>
    /// <param name="id">Whose.</param>
    /// <param name="wanted">Which ones: <c>null</c>, <c>changed</c>, <c>negative</c> or <c>suspect</c>.</param>
    /// <param name="after">The last merchant seen.</param>
    /// <param name="limit">How many at most.</param>
    public async Task<IReadOnlyList<RepricedRow>> PageAsync(
        Guid id, string? wanted, string? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select merchant_no, mcc, sales, gross_fen, sales_below_cost, booked_fee_fen, booked_issuer_fen, booked_network_fen,
                   repriced_fee_fen, repriced_issuer_fen, repriced_network_fen, suspicion
            from repricing_row
            where operation_id = $1 and ($2::text is null or merchant_no > $2)
              and case $3::text
                  when 'changed' then (booked_fee_fen, booked_issuer_fen, booked_network_fen)
                                   <> (repriced_fee_fen, repriced_issuer_fen, repriced_network_fen)
                  when 'negative' then repriced_fee_fen - repriced_issuer_fen - repriced_network_fen < 0
                  when 'suspect' then suspicion is not null
                  else true end
            order by merchant_no
            limit $4
            """);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = (object?)after ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = (object?)wanted ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = limit });
        var rows = new List<RepricedRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new(
                reader.GetString(0), reader.GetString(1),
                new()
                {
                    Sales = reader.GetInt64(2),
                    GrossFen = reader.GetInt64(3),
                    SalesBelowCost = reader.GetInt64(4),
                    Booked = new(reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7)),
                    Repriced = new(reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10)),
                },
                reader.IsDBNull(11) ? null : JsonSerializer.Deserialize<ArbitrageSuspicion>(reader.GetString(11), PlatformJson.Options)));
        }

        return rows;
    }

    private static async Task CopyAsync(NpgsqlConnection connection, Guid id, IReadOnlyList<RepricedRow> rows, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            """
            copy repricing_row (operation_id, merchant_no, mcc, sales, gross_fen, sales_below_cost, booked_fee_fen, booked_issuer_fen,
                                booked_network_fen, repriced_fee_fen, repriced_issuer_fen, repriced_network_fen, suspicion)
            from stdin (format binary)
            """,
            cancellationToken);
        foreach (var row in rows)
        {
            var (booked, repriced) = (row.Sums.Booked, row.Sums.Repriced);
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(id, NpgsqlDbType.Uuid, cancellationToken);
            await copy.WriteAsync(row.MerchantNo, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(row.Mcc, NpgsqlDbType.Text, cancellationToken);
            foreach (var number in (long[])
                [
                    row.Sums.Sales, row.Sums.GrossFen, row.Sums.SalesBelowCost, booked.FeeFen, booked.IssuerFeeFen, booked.NetworkFeeFen,
                    repriced.FeeFen, repriced.IssuerFeeFen, repriced.NetworkFeeFen,
                ])
            {
                await copy.WriteAsync(number, NpgsqlDbType.Bigint, cancellationToken);
            }

            if (row.Suspicion is { } suspicion)
            {
                await copy.WriteAsync(JsonSerializer.Serialize(suspicion, PlatformJson.Options), NpgsqlDbType.Jsonb, cancellationToken);
            }
            else
            {
                await copy.WriteNullAsync(cancellationToken);
            }
        }

        await copy.CompleteAsync(cancellationToken);
    }
}
