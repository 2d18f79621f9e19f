using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Refusals;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Lists.Activity;

/// <summary>
/// Keyed references to the last four digits of settlement accounts, made from the sealed accounts after they came or changed, whoever
/// wrote them. A batch is a transaction; cut in the middle, the next run goes on.
/// </summary>
public sealed class AccountReferences(NpgsqlDataSource database, PersonalDataProtector protector)
{
    public const int Digits = 4;

    private const int BatchMax = 5_000;

    public byte[] MarkOf(string lastFour) => protector.Mark(MarkPurposes.AccountLastFour, lastFour);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var after = 0;
        while (true)
        {
            var (found, last) = await StaleAsync(connection, after, cancellationToken);
            if (last == after)
            {
                return;
            }

            await WriteAsync(connection, found, cancellationToken);
            after = last;
        }
    }

    private async Task<(List<(int MerchantId, byte[] AccountMark, byte[] LastFourMark)> Found, int Last)> StaleAsync(
        NpgsqlConnection connection, int after, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select m.merchant_id, m.settlement_account_mark, m.settlement_account_sealed
            from merchant m
            left join merchant_account_reference r using (merchant_id)
            where m.merchant_id > $1 and r.settlement_account_mark is distinct from m.settlement_account_mark
              and octet_length(m.settlement_account_sealed) > 0
            order by m.merchant_id
            limit {BatchMax}
            """,
            connection);
        command.Parameters.Add(new() { Value = after });
        var found = new List<(int, byte[], byte[])>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var last = after;
        while (await reader.ReadAsync(cancellationToken))
        {
            last = reader.GetInt32(0);
            if (LastFourOf(reader.GetFieldValue<byte[]>(2)) is { } lastFour)
            {
                found.Add((last, reader.GetFieldValue<byte[]>(1), MarkOf(lastFour)));
            }
        }

        return (found, last);
    }

    /// <summary>One that another key sealed is not found by its digits; the rest is.</summary>
    private string? LastFourOf(byte[] sealedAccount)
    {
        try
        {
            var account = protector.Open(sealedAccount);
            return account.Length >= Digits ? account[^Digits..] : null;
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection, List<(int MerchantId, byte[] AccountMark, byte[] LastFourMark)> rows, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into merchant_account_reference (merchant_id, settlement_account_mark, last_four_mark)
            select * from unnest($1, $2, $3)
            on conflict on constraint merchant_account_reference_pk do update
               set settlement_account_mark = excluded.settlement_account_mark, last_four_mark = excluded.last_four_mark
            """,
            connection);
        command.Parameters.Add(new() { Value = rows.Select(r => r.MerchantId).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(r => r.AccountMark).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        command.Parameters.Add(new() { Value = rows.Select(r => r.LastFourMark).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
