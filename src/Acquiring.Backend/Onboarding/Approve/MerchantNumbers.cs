using Acquiring.Core.Onboarding;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Onboarding.Approve;

/// <summary>Gives merchant numbers out, each once. Numbers that came by an import are passed over.</summary>
internal static class MerchantNumbers
{
    /// <summary>Compared with the registry in one statement.</summary>
    private const int CandidatesMax = 500;

    /// <param name="prefix">Acquirer 3 + area 4 + MCC 4. Its counter is locked until the transaction ends.</param>
    public static async Task<Result<string>> NextAsync(NpgsqlConnection connection, string prefix, CancellationToken cancellationToken)
    {
        var last = await LockAsync(connection, prefix, cancellationToken);
        while (last < MerchantSequence.Last)
        {
            var count = Math.Min(CandidatesMax, MerchantSequence.Last - last);
            string[] candidates = [.. Enumerable.Range(last + 1, count).Select(n => prefix + MerchantSequence.Text(n))];
            if (await FirstFreeAsync(connection, candidates, cancellationToken) is { } place)
            {
                await using var save = new NpgsqlCommand("update merchant_number_counter set last = $2 where prefix = $1", connection);
                save.Parameters.Add(new() { Value = prefix });
                save.Parameters.Add(new() { Value = last + place });
                await save.ExecuteNonQueryAsync(cancellationToken);
                return candidates[place - 1];
            }

            last += count;
        }

        return OnboardingRefusals.NumbersExhausted(prefix);
    }

    private static async Task<int> LockAsync(NpgsqlConnection connection, string prefix, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into merchant_number_counter as c (prefix, last) values ($1, 0)
            on conflict on constraint merchant_number_counter_pk do update set last = c.last
            returning last
            """,
            connection);
        command.Parameters.Add(new() { Value = prefix });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <returns>Its place, from 1.</returns>
    private static async Task<int?> FirstFreeAsync(NpgsqlConnection connection, string[] candidates, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select c.place::integer
            from unnest($1) with ordinality c (merchant_no, place)
            where not exists (select from merchant m where m.merchant_no = c.merchant_no)
            order by c.place
            limit 1
            """,
            connection);
        command.Parameters.Add(new() { Value = candidates });
        return await command.ExecuteScalarAsync(cancellationToken) as int?;
    }
}
