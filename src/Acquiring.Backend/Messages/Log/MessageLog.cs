using System.Globalization;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Messages;
using Acquiring.Core.Refusals;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Messages.Log;

/// <param name="Template">What kind of message: <c>merchant-restricted</c>, <c>merchant-suspended</c>, <c>hold-lifted</c>, <c>staff-hold</c>, <c>application-fixes</c>, <c>task-install</c>, <c>task-recover</c>, <c>task-follow-up</c>, <c>one-time-code</c>.</param>
/// <param name="Party"><c>merchant</c>, <c>applicant</c>, <c>manager</c>, <c>branch</c>, or <c>phone</c> for a one-time code.</param>
/// <param name="PartyKey">Its merchant number, application, staff code or branch code; of a code the request that it belongs to.</param>
/// <param name="Event">The number of the event that it tells of.</param>
/// <param name="To">The address, masked; <c>null</c> when there is none or it is wiped.</param>
/// <param name="Parts">How many short messages carry it.</param>
/// <param name="Reason">Why it is withdrawn or expired: <c>lifted</c>, <c>neverTold</c>, <c>fixed</c>, <c>taskDone</c>, <c>tooOld</c>.</param>
/// <param name="NextAt">When it is tried next, as long as it waits.</param>
/// <param name="Resends">How often a person asked for it again.</param>
/// <param name="Version">Also the ETag, for sending it again.</param>
public sealed record MessageAnswer(
    Guid MessageId, string Template, string Party, string PartyKey, string? MerchantNo, string? Event, MessageChannel? Channel, string? To,
    string Language, int Parts, MessageState State, string? Reason, int Attempts, int Resends, DateTimeOffset MadeAt, DateTimeOffset? NextAt,
    DateTimeOffset? EndedAt, int Version);

/// <param name="Subject">Of an e-mail; <c>null</c> when it is wiped or a one-time code.</param>
/// <param name="Text">As it is sent; <c>null</c> when it is wiped or a one-time code.</param>
/// <param name="Cure">What to do about a message that did not go out, in the caller's language.</param>
/// <param name="Tries">Every attempt, the first one first.</param>
public sealed record MessageDetailAnswer(MessageAnswer Message, string? Subject, string? Text, string? Cure, IReadOnlyList<MessageAttemptAnswer> Tries);

/// <param name="Outcome"><c>null</c> while it runs.</param>
/// <param name="Status">What the gateway answered.</param>
/// <param name="Error">What happened otherwise: <c>noAnswer</c>, <c>noConnection</c>, <c>unknownHost</c>, <c>badCertificate</c>, <c>connectionBroke</c>, <c>cannotWrite</c>, <c>noTls</c>, <c>signIn</c>, <c>sender</c>, <c>recipient</c>, <c>text</c>, <c>tooOld</c>, <c>processEnded</c>.</param>
public sealed record MessageAttemptAnswer(
    int Attempt, string Gateway, DateTimeOffset BeganAt, DateTimeOffset? EndedAt, HandOverOutcome? Outcome, int? Status, string? Error);

/// <summary>Which messages a caller asks for.</summary>
internal sealed record MessageFilter(string? MerchantNo, string? Template, MessageState? State, DateTimeOffset? From, DateTimeOffset? To);

/// <summary>What became of each message, the latest first.</summary>
internal sealed class MessageLog(NpgsqlDataSource database, MessageRows rows, PersonalDataProtector protector)
{
    private const string Columns =
        """
        message_no, message_id, template, party, party_key, merchant_no, outbox_event_id, channel, address_sealed, language, parts, state, reason,
        attempts, resends, made_at, next_at, ended_at, version
        """;

    private const int ColumnCount = 19;

    public async Task<Result<Page<MessageAnswer>>> ListAsync(MessageFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var before = long.MaxValue;
        if (!page.IsFirst && !long.TryParse(page.After[0], NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            return Cursor.Bad();
        }

        await using var command = database.CreateCommand(
            $"""
            select {Columns}
            from message
            where message_no < $1 and ($2::text is null or merchant_no = $2) and ($3::text is null or template = $3) and ($4::text is null or state = $4)
              and ($5::timestamptz is null or made_at >= $5) and ($6::timestamptz is null or made_at < $6)
            order by message_no desc
            limit $7
            """);
        command.Parameters.Add(new() { Value = before });
        Add(command, NpgsqlDbType.Text, filter.MerchantNo);
        Add(command, NpgsqlDbType.Text, filter.Template);
        Add(command, NpgsqlDbType.Text, filter.State is { } state ? MessageWords.Of(state) : null);
        Add(command, NpgsqlDbType.TimestampTz, filter.From?.UtcDateTime);
        Add(command, NpgsqlDbType.TimestampTz, filter.To?.UtcDateTime);
        command.Parameters.Add(new() { Value = page.Limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<(long No, MessageAnswer Answer)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add((reader.GetInt64(0), Read(reader)));
        }

        var cut = page.Cut(found, f => [$"{f.No}"]);
        return new Page<MessageAnswer>([.. cut.Items.Select(f => f.Answer)], cut.Next);
    }

    public async Task<MessageDetailAnswer?> FindAsync(Guid messageId, CancellationToken cancellationToken)
    {
        MessageDetailAnswer found;
        await using (var command = database.CreateCommand(
            $"select {Columns}, case when not is_secret then content_sealed end from message where message_id = $1"))
        {
            command.Parameters.Add(new() { Value = messageId });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }

            var content = reader.IsDBNull(ColumnCount) ? null : rows.Open(reader.GetFieldValue<byte[]>(ColumnCount));
            found = new(Read(reader), content?.Subject, content?.Body, null, []);
        }

        return found with { Tries = await TriesAsync(messageId, cancellationToken) };
    }

    private async Task<IReadOnlyList<MessageAttemptAnswer>> TriesAsync(Guid messageId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "select attempt, gateway, began_at, ended_at, outcome, status, error from message_attempt where message_id = $1 order by attempt");
        command.Parameters.Add(new() { Value = messageId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tries = new List<MessageAttemptAnswer>();
        while (await reader.ReadAsync(cancellationToken))
        {
            tries.Add(new(
                reader.GetInt32(0), reader.GetString(1), new DateTimeOffset(reader.GetDateTime(2)),
                reader.IsDBNull(3) ? null : new DateTimeOffset(reader.GetDateTime(3)),
                reader.IsDBNull(4) ? null : MessageWords.Read<HandOverOutcome>(reader.GetString(4)), reader.IsDBNull(5) ? null : reader.GetInt16(5),
                reader.IsDBNull(6) ? null : reader.GetString(6)));
        }

        return tries;
    }

    private MessageAnswer Read(NpgsqlDataReader reader)
    {
        var state = MessageWords.Read<MessageState>(reader.GetString(11));
        return new(
            reader.GetGuid(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), Text(5), reader.IsDBNull(6) ? null : $"{reader.GetInt64(6)}",
            reader.IsDBNull(7) ? null : MessageWords.Read<MessageChannel>(reader.GetString(7)),
            reader.IsDBNull(8) ? null : ContactAddress.Mask(protector.Open(reader.GetFieldValue<byte[]>(8))), reader.GetString(9), reader.GetInt16(10), state,
            Text(12), reader.GetInt32(13), reader.GetInt32(14), new DateTimeOffset(reader.GetDateTime(15)),
            state == MessageState.Waiting ? new DateTimeOffset(reader.GetDateTime(16)) : null,
            reader.IsDBNull(17) ? null : new DateTimeOffset(reader.GetDateTime(17)), reader.GetInt32(18));

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    private static void Add(NpgsqlCommand command, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
}
