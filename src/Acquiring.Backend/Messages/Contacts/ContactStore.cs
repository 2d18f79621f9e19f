using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Messages;
using Acquiring.Core.Refusals;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Messages.Contacts;

/// <param name="Phone">A mobile number, or a land line with its area code; left out, no short messages.</param>
/// <param name="Email">Left out, no e-mails.</param>
/// <param name="Language"><c>zh-CN</c> (also when left out) or <c>en</c>.</param>
public sealed record SavePartyContactRequest(string? Phone, string? Email, string? Language);

/// <param name="Phone">Masked.</param>
/// <param name="Email">Masked.</param>
/// <param name="Version">Also the ETag; 0 as long as nobody said anything.</param>
public sealed record PartyContactAnswer(string? Phone, string? Email, string Language, int Version);

/// <summary>Where merchants, account managers and branches are reached: said by people, sealed.</summary>
internal sealed class ContactStore(NpgsqlDataSource database, PersonalDataProtector protector, TimeProvider clock)
{
    public async Task<Result<PartyContactAnswer>> FindAsync(Party party, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await IsThereAsync(connection, party, cancellationToken)
            ? await ReadAsync(connection, party, cancellationToken) ?? new PartyContactAnswer(null, null, "zh-CN", 0)
            : MessageRefusals.NoContact(MessageWords.Of(party.Kind), party.Key);
    }

    /// <summary>
    /// Refuses, in this order: a bad phone, e-mail or language, a key used for something else, an unknown party, an old version. What waits is
    /// still sent to where it was to go; what has no address waits for a person to send it again.
    /// </summary>
    public async Task<Result<PartyContactAnswer>> SaveAsync(
        Party party, SavePartyContactRequest request, int version, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var (phone, email) = (ContactText.Phone(request.Phone), ContactText.Tidy(request.Email));
        if (ContactText.Check(phone, email, request.Language) is { } bad)
        {
            return bad;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var first = await IdempotencyStore.TakeAsync<PartyContactAnswer>(connection, key, now, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        if (!await IsThereAsync(connection, party, cancellationToken))
        {
            return MessageRefusals.NoContact(MessageWords.Of(party.Kind), party.Key);
        }

        var language = request.Language ?? "zh-CN";
        await using var save = new NpgsqlCommand(
            """
            insert into message_contact as c (party, party_key, phone_sealed, email_sealed, language, version, changed_at)
            select $1, $2, $3, $4, $5, 1, $6
            where $7 = 0 or exists (select from message_contact where party = $1 and party_key = $2)
            on conflict on constraint message_contact_pk do update
                set phone_sealed = excluded.phone_sealed, email_sealed = excluded.email_sealed, language = excluded.language,
                    version = c.version + 1, changed_at = excluded.changed_at
                where c.version = $7
            """,
            connection);
        save.Parameters.Add(new() { Value = MessageWords.Of(party.Kind) });
        save.Parameters.Add(new() { Value = party.Key });
        save.Parameters.Add(new() { Value = phone is null ? DBNull.Value : protector.Seal(phone), NpgsqlDbType = NpgsqlDbType.Bytea });
        save.Parameters.Add(new() { Value = email is null ? DBNull.Value : protector.Seal(email), NpgsqlDbType = NpgsqlDbType.Bytea });
        save.Parameters.Add(new() { Value = language });
        save.Parameters.Add(new() { Value = now });
        save.Parameters.Add(new() { Value = version });
        if (await save.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            return IfMatch.Stale(version, (await ReadAsync(connection, party, cancellationToken))?.Version ?? 0);
        }

        var answer = new PartyContactAnswer(ContactAddress.Mask(phone), ContactAddress.Mask(email), language, version + 1);
        var subject = $"{MessageWords.Of(party.Kind)}/{party.Key}";
        var said = new { party = MessageWords.Of(party.Kind), party.Key, version = version + 1, hasPhone = phone is not null, hasEmail = email is not null, actor };
        await AuditLog.AppendAsync(connection, transaction, clock, actor, "contact.save", subject, said, cancellationToken);
        await Outbox.AppendAsync(connection, "contact.save", subject, version + 1, said, now, cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, answer, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return answer;
    }

    private async Task<PartyContactAnswer?> ReadAsync(NpgsqlConnection connection, Party party, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select phone_sealed, email_sealed, language, version from message_contact where party = $1 and party_key = $2", connection);
        command.Parameters.Add(new() { Value = MessageWords.Of(party.Kind) });
        command.Parameters.Add(new() { Value = party.Key });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new(Masked(0), Masked(1), reader.GetString(2), reader.GetInt32(3)) : null;

        string? Masked(int column) => reader.IsDBNull(column) ? null : ContactAddress.Mask(protector.Open(reader.GetFieldValue<byte[]>(column)));
    }

    private static async Task<bool> IsThereAsync(NpgsqlConnection connection, Party party, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            party.Kind switch
            {
                PartyKind.Merchant => "select exists (select from merchant where merchant_no = $1)",
                PartyKind.Manager => "select exists (select from account_manager where manager_code = $1)",
                _ => "select exists (select from branch where branch_code = $1)",
            },
            connection);
        command.Parameters.Add(new() { Value = party.Key });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
