using System.Text.Json;
using Acquiring.Backend.Messages.Compose;
using Acquiring.Backend.Messages.Contacts;
using Acquiring.Backend.Messages.Templates;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Messages;
using Acquiring.Core.Texts;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Messages;

/// <summary>Writes messages, worded and sealed, in the transaction of whoever makes them.</summary>
internal sealed class MessageRows(PersonalDataProtector protector, TemplateBook templates)
{
    /// <summary>Sealed as one text: subject and body are wiped together.</summary>
    public byte[] Seal(MessageContent content) => protector.Seal(JsonSerializer.Serialize(content, PlatformJson.Options));

    public MessageContent Open(byte[] sealedContent) => JsonSerializer.Deserialize<MessageContent>(protector.Open(sealedContent), PlatformJson.Options)!;

    /// <summary>A matter that was told to a party before, by the same kind of message, makes no other row. Returns how many are new.</summary>
    public async Task<int> InsertAsync(
        NpgsqlConnection connection, IReadOnlyList<(MessageDraft Draft, Reach To)> drafts, DateTimeOffset now, TimeSpan lasts,
        CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (draft, to) in drafts)
        {
            var content = templates.Fill(draft.Kind, to.Language, draft.Values(TextCatalog.Language(to.Language)));
            var id = Guid.CreateVersion7(now);
            var command = new NpgsqlBatchCommand(
                """
                insert into message (message_id, template, matter, party, party_key, merchant_no, outbox_event_id, channel, address_sealed, language,
                                     content_sealed, parts, is_secret, state, send_key, next_at, give_up_at, made_at, ended_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $1, $15, $16, $15, $17)
                on conflict on constraint message_once do nothing
                """);
            var hasAddress = to.Address is not null;
            Add(command, NpgsqlDbType.Uuid, id);
            Add(command, NpgsqlDbType.Text, draft.Kind.Name);
            Add(command, NpgsqlDbType.Text, draft.Matter);
            Add(command, NpgsqlDbType.Text, MessageWords.Of(draft.To.Kind));
            Add(command, NpgsqlDbType.Text, draft.To.Key);
            Add(command, NpgsqlDbType.Text, draft.MerchantNo);
            Add(command, NpgsqlDbType.Bigint, draft.EventId);
            Add(command, NpgsqlDbType.Text, to.Channel is { } channel ? MessageWords.Of(channel) : null);
            Add(command, NpgsqlDbType.Bytea, to.Address is { } address ? protector.Seal(address) : null);
            Add(command, NpgsqlDbType.Text, to.Language);
            Add(command, NpgsqlDbType.Bytea, hasAddress || !draft.Kind.IsSecret ? Seal(content) : null);
            Add(command, NpgsqlDbType.Smallint, Parts(to.Channel, content));
            Add(command, NpgsqlDbType.Boolean, draft.Kind.IsSecret);
            Add(command, NpgsqlDbType.Text, MessageWords.Of(hasAddress ? MessageState.Waiting : MessageState.NoAddress));
            Add(command, NpgsqlDbType.TimestampTz, now.UtcDateTime);
            Add(command, NpgsqlDbType.TimestampTz, (now + lasts).UtcDateTime);
            Add(command, NpgsqlDbType.TimestampTz, hasAddress ? null : now.UtcDateTime);
            batch.BatchCommands.Add(command);
        }

        return drafts.Count == 0 ? 0 : await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Of a short message; anything else is one.</summary>
    public static short Parts(MessageChannel? channel, MessageContent content) =>
        (short)(channel == MessageChannel.Sms ? SmsParts.Of(content.Body) : 1);

    private static void Add(NpgsqlBatchCommand command, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
}
