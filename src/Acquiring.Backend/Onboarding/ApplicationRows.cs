using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Core.Onboarding;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Onboarding;

/// <summary>An application as it lies in the database.</summary>
internal sealed record StoredApplication(
    Guid Id, ApplicationState State, int Version, int FormVersion, ApplicationForm Form, IReadOnlyList<AskedFix> Fixes, byte[]? VerifiedMark,
    string? MerchantNo, DateTimeOffset MadeAt, DateTimeOffset ChangedAt);

/// <summary>A step as it is written into the history.</summary>
internal sealed record ApplicationStep(
    Guid Id, int Version, ApplicationAct Act, ApplicationState? From, ApplicationState To, string Why, string Actor, object? Details = null);

/// <summary>The rows of an application: its own, its forms, its steps.</summary>
internal static class ApplicationRows
{
    public static ApplicationState StateOf(string word) => Enum.Parse<ApplicationState>(word, ignoreCase: true);

    /// <summary>Locked until the transaction ends; <c>null</c> when there is none.</summary>
    public static async Task<StoredApplication?> LockAsync(
        NpgsqlConnection connection, ApplicationSeals seals, Guid id, CancellationToken cancellationToken)
    {
        // A statement of its own: what it waited for is read by the next one, which sees it.
        await using (var command = new NpgsqlCommand("select from merchant_application where application_id = $1 for update", connection))
        {
            command.Parameters.Add(new() { Value = id });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return await ReadAsync(connection, seals, id, cancellationToken);
    }

    public static async Task<StoredApplication?> ReadAsync(
        NpgsqlConnection connection, ApplicationSeals seals, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select a.state, a.version, f.form_version, f.form_sealed, a.fixes::text, a.verified_mark, m.merchant_no, a.made_at, a.changed_at
            from merchant_application a
            join application_form f on f.application_id = a.application_id and f.version = a.form_at
            left join merchant m on m.merchant_id = a.merchant_id
            where a.application_id = $1
            """,
            connection);
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(
                id, StateOf(reader.GetString(0)), reader.GetInt32(1), reader.GetInt32(2), seals.Open(reader.GetFieldValue<byte[]>(3)),
                JsonSerializer.Deserialize<AskedFix[]>(reader.GetString(4), PlatformJson.Options)!,
                reader.IsDBNull(5) ? null : reader.GetFieldValue<byte[]>(5), reader.IsDBNull(6) ? null : reader.GetString(6),
                new DateTimeOffset(reader.GetDateTime(7)), new DateTimeOffset(reader.GetDateTime(8)))
            : null;
    }

    public static async Task<bool> BranchExistsAsync(NpgsqlConnection connection, string branchCode, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select exists (select from branch where branch_code = $1)", connection);
        command.Parameters.Add(new() { Value = branchCode });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Changes where it stands. Verified is what <paramref name="verifiedMark"/> says; null voids it.</summary>
    public static async Task MoveAsync(
        NpgsqlConnection connection, Guid id, ApplicationState state, int version, IReadOnlyList<AskedFix> fixes, byte[]? verifiedMark, int? merchantId,
        DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            update merchant_application
            set state = $2, version = $3, fixes = $4, verified_mark = $5, merchant_id = $6, changed_at = $7
            where application_id = $1
            """,
            connection);
        Add(command, NpgsqlDbType.Uuid, id);
        Add(command, NpgsqlDbType.Text, ApplicationStanding.Word(state));
        Add(command, NpgsqlDbType.Integer, version);
        Add(command, NpgsqlDbType.Jsonb, JsonSerializer.Serialize(fixes, PlatformJson.Options));
        Add(command, NpgsqlDbType.Bytea, verifiedMark);
        Add(command, NpgsqlDbType.Integer, merchantId);
        Add(command, NpgsqlDbType.TimestampTz, nowUtc);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task AppendAsync(NpgsqlConnection connection, ApplicationStep step, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into application_step (application_id, version, act, from_state, to_state, why, actor, at, details)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            connection);
        Add(command, NpgsqlDbType.Uuid, step.Id);
        Add(command, NpgsqlDbType.Integer, step.Version);
        Add(command, NpgsqlDbType.Text, ApplicationStanding.Word(step.Act));
        Add(command, NpgsqlDbType.Text, step.From is { } from ? ApplicationStanding.Word(from) : null);
        Add(command, NpgsqlDbType.Text, ApplicationStanding.Word(step.To));
        Add(command, NpgsqlDbType.Text, step.Why);
        Add(command, NpgsqlDbType.Text, step.Actor);
        Add(command, NpgsqlDbType.TimestampTz, nowUtc);
        Add(command, NpgsqlDbType.Jsonb, JsonSerializer.Serialize(step.Details ?? new { }, PlatformJson.Options));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static void Add(NpgsqlCommand command, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
}
