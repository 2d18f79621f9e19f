using Npgsql;

namespace Acquiring.Backend.Merchants.Limits;

/// <summary>
/// Which activation of a merchant's grain counts: the one with the latest token. Raised and compared under the ingest lock only, so that a sale
/// judged by an earlier one is either posted, and seen by the next, or refused.
/// </summary>
internal static class LimitFences
{
    /// <summary>Of merchants that have limits; a merchant that has none has no token.</summary>
    public static async Task<IReadOnlyDictionary<int, long>> RaiseAsync(
        NpgsqlConnection connection, int[] merchantIds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into limit_fence (merchant_id, token)
            select distinct merchant_id, 1 from merchant_limit where merchant_id = any($1) order by merchant_id
            on conflict (merchant_id) do update set token = limit_fence.token + 1
            returning merchant_id, token
            """,
            connection);
        command.Parameters.Add(new() { Value = merchantIds });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    public static NpgsqlBatchCommand Select(int[] merchantIds) => new("select merchant_id, token from limit_fence where merchant_id = any($1)")
    {
        Parameters = { new() { Value = merchantIds } },
    };

    public static async Task<IReadOnlyDictionary<int, long>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var tokens = new Dictionary<int, long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            tokens.Add(reader.GetInt32(0), reader.GetInt64(1));
        }

        return tokens;
    }
}
