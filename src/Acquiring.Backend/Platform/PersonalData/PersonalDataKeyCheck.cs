using System.Security.Cryptography;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Platform.PersonalData;

/// <summary>
/// Run at start, after the migrations and before anything is sealed: a database keeps to the key it began with. Sealing on with
/// another would leave rows that no one key can read.
/// </summary>
public static class PersonalDataKeyCheck
{
    /// <summary>
    /// Remembers the key's check value in a new database; throws <see cref="RefusedException"/> when the database has another
    /// key's. Running it again, or in two processes at once, changes nothing.
    /// </summary>
    public static async Task VerifyAsync(
        NpgsqlDataSource dataSource, PersonalDataProtector protector, TimeProvider clock, CancellationToken cancellationToken = default)
    {
        const string remember = """
            insert into personal_data_key (key_id, check_value, created_at)
            values ($1, $2, $3)
            on conflict (key_id) do nothing
            """;
        const string read = "select check_value from personal_data_key where key_id = $1";

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using (var insert = new NpgsqlCommand(remember, connection))
        {
            insert.Parameters.Add(new() { Value = protector.KeyId });
            insert.Parameters.Add(new() { Value = protector.CheckValue });
            insert.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var select = new NpgsqlCommand(read, connection);
        select.Parameters.Add(new() { Value = protector.KeyId });
        var known = (byte[])(await select.ExecuteScalarAsync(cancellationToken))!;
        if (!CryptographicOperations.FixedTimeEquals(known, protector.CheckValue))
        {
            protector.Key.Forget();
            var file = protector.Key.File ?? "";
            throw new RefusedException(protector.Key.IsNew ? PersonalDataRefusals.KeyMissing(file) : PersonalDataRefusals.AnotherKey(file));
        }
    }
}
