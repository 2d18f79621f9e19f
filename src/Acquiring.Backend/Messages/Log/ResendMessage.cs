using Acquiring.Backend.Messages.Contacts;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Messages;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Messages.Log;

/// <summary>What sending again answers, and its repetition too.</summary>
internal sealed record MessageResent(Guid MessageId, int Version);

/// <summary>
/// A person has a message sent again that did not go out, or of which nobody knows: to where its party is reached now. The message keeps its
/// text; should its matter be over, it is withdrawn.
/// </summary>
internal sealed class ResendMessage(
    NpgsqlDataSource database, AddressBook addresses, MessageRows rows, PersonalDataProtector protector, MessageOptions options, TimeProvider clock)
{
    /// <summary>
    /// Refuses, in this order: a key used for something else, an unknown message, an old version, a one-time code, a state that needs none, a
    /// wiped text, a party that still has no address.
    /// </summary>
    public async Task<Result<MessageResent>> RunAsync(
        Guid messageId, int version, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var first = await IdempotencyStore.TakeAsync<MessageResent>(connection, key, now.UtcDateTime, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        if (await LockAsync(connection, messageId, cancellationToken) is not { } present)
        {
            return MessageRefusals.Unknown($"{messageId}");
        }

        if (present.Version != version)
        {
            return IfMatch.Stale(version, present.Version);
        }

        if (present.IsSecret || !MessageCourse.CanBeSentAgain(present.State) || present.Content is null)
        {
            return present.IsSecret ? MessageRefusals.Secret
                : !MessageCourse.CanBeSentAgain(present.State) ? MessageRefusals.NotAgain(present.State)
                : MessageRefusals.Wiped;
        }

        var to = await addresses.FindAsync(connection, present.To, cancellationToken);
        if (to.Address is not { } address)
        {
            return MessageRefusals.StillNoAddress(MessageWords.Of(present.To.Kind), present.To.Key);
        }

        // A gateway that may have it knows it by its key and takes it once. To another address it is another message: under the old key the
        // gateway would answer that it has it, and nobody would hear.
        var isRepetition = present.MayBeTaken && to.Channel == present.Channel && present.AddressSealed is { } was && protector.Open(was) == address;
        var next = version + 1;
        await using (var update = new NpgsqlCommand(
            """
            update message
               set state = 'waiting', reason = null, ended_at = null, tries = 0, resends = resends + 1, version = $2, next_at = $3, give_up_at = $4,
                   channel = $5, address_sealed = $6, parts = $7, send_key = case when $9 then send_key else $8 end
            where message_id = $1
            """,
            connection))
        {
            foreach (var value in (ReadOnlySpan<object>)[
                messageId, next, now.UtcDateTime, (now + options.GiveUpAfter).UtcDateTime, MessageWords.Of(to.Channel!.Value), protector.Seal(address),
                MessageRows.Parts(to.Channel, rows.Open(present.Content)), Guid.CreateVersion7(now), isRepetition])
            {
                update.Parameters.Add(new() { Value = value });
            }

            await update.ExecuteNonQueryAsync(cancellationToken);
        }

        var answer = new MessageResent(messageId, next);
        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "message.resend", $"{messageId}", new { version = next, was = MessageWords.Of(present.State) },
            cancellationToken);
        await Outbox.AppendAsync(
            connection, "message.resend", $"{messageId}", next, new { messageId, version = next, actor }, now.UtcDateTime, cancellationToken);
        await IdempotencyStore.AnswerAsync(connection, key, answer, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return answer;
    }

    private static async Task<(Party To, MessageState State, int Version, bool IsSecret, byte[]? Content, bool MayBeTaken, MessageChannel? Channel, byte[]? AddressSealed)?> LockAsync(
        NpgsqlConnection connection, Guid messageId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select party, party_key, state, version, is_secret, content_sealed, may_be_taken, channel, address_sealed
            from message where message_id = $1 for update
            """,
            connection);
        command.Parameters.Add(new() { Value = messageId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (
                new(MessageWords.Read<PartyKind>(reader.GetString(0)), reader.GetString(1)), MessageWords.Read<MessageState>(reader.GetString(2)),
                reader.GetInt32(3), reader.GetBoolean(4), reader.IsDBNull(5) ? null : reader.GetFieldValue<byte[]>(5), reader.GetBoolean(6),
                reader.IsDBNull(7) ? null : MessageWords.Read<MessageChannel>(reader.GetString(7)),
                reader.IsDBNull(8) ? null : reader.GetFieldValue<byte[]>(8))
            : null;
    }
}
