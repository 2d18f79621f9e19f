using Acquiring.Backend.Messages.Gateways;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Messages;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Messages.Sending;

/// <summary>An attempt that began: it is on record before the gateway hears of it.</summary>
/// <param name="Tries">Of this message since it was made or asked for again, this one included.</param>
internal sealed record BegunAttempt(
    OutgoingMessage Message, int Attempt, int Tries, bool IsRepeatable, bool MayBeTaken, DateTimeOffset GiveUpAt);

/// <summary>Messages on their way: which are due, begun by one process only, ended by what became known.</summary>
internal sealed class MessageQueue(NpgsqlDataSource database, MessageRows rows, PersonalDataProtector protector, TimeProvider clock)
{
    /// <summary>Longer than any gateway may take: who began such an attempt is gone.</summary>
    public static readonly TimeSpan AttemptLastsMax = TimeSpan.FromMinutes(2);

    /// <summary>How long one waits that could not even be begun.</summary>
    private static readonly TimeSpan s_afterBug = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Due by their time: one-time codes, for which somebody waits, and then the oldest first. A matter's later message waits for its earlier one
    /// to the same party.
    /// </summary>
    public async Task<IReadOnlyList<Guid>> DueAsync(MessageChannel channel, int max, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select m.message_id
            from message m
            where m.state = 'waiting' and m.channel = $1 and m.next_at <= $2
              and not exists (select from message b where b.matter = m.matter and b.party = m.party and b.party_key = m.party_key
                                                      and b.message_no < m.message_no and b.state in ('waiting', 'sending'))
            order by m.is_secret desc, m.message_no
            limit $3
            """);
        command.Parameters.Add(new() { Value = MessageWords.Of(channel) });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new() { Value = max });
        return await IdsAsync(command, cancellationToken);
    }

    /// <summary>Begins an attempt and commits that; or ends the message that is too old or over, or leaves it to who was faster.</summary>
    public async Task<BegunAttempt?> BeginAsync(Guid messageId, IMessageGateway gateway, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await LockAsync(connection, messageId, cancellationToken) is not { } waiting)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        var (template, matter, begun) = waiting;
        if (now >= begun.GiveUpAt)
        {
            await EndAsync(connection, messageId, MessageCourse.TooOld(begun.MayBeTaken), "tooOld", now, cancellationToken);
        }
        else if (await MatterChecks.OverAsync(connection, template, matter, cancellationToken) is { } over)
        {
            await EndAsync(connection, messageId, MessageState.Withdrawn, over, now, cancellationToken);
        }
        else
        {
            begun = begun with { IsRepeatable = gateway.IsRepeatable };
            await using var begin = new NpgsqlCommand(
                """
                with begun as (
                    update message set state = 'sending', attempts = $2, tries = $3, version = version + 1 where message_id = $1
                )
                insert into message_attempt (message_id, attempt, gateway, repeatable, began_at) values ($1, $2, $4, $5, $6)
                """,
                connection);
            Add(begin, messageId, begun.Attempt, begun.Tries, gateway.Name, gateway.IsRepeatable, now.UtcDateTime);
            await begin.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return begun;
        }

        await transaction.CommitAsync(cancellationToken);
        return null;
    }

    /// <summary>Ends an attempt. What comes to be known late counts as long as nothing else was begun since: a gateway's yes is a yes.</summary>
    public async Task EndAsync(Guid messageId, int attempt, HandOver handOver, MessageCourse course, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        await using var end = new NpgsqlCommand(
            """
            update message
               set state = $3, next_at = coalesce($4, next_at), ended_at = case when $3 = 'waiting' then null else $5 end,
                   may_be_taken = may_be_taken or $6 = 'unknown', reason = null, version = version + 1,
                   content_sealed = case when is_secret and $3 <> 'waiting' then null else content_sealed end
            where message_id = $1 and attempts = $2
              and (state = 'sending' or ($6 = 'accepted' and state in ('waiting', 'unknown', 'expired')))
            """,
            connection);
        Add(end, messageId, attempt, MessageWords.Of(course.State));
        end.Parameters.Add(new() { Value = (object?)course.NextAt?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        Add(end, now, MessageWords.Of(handOver.Outcome));
        await end.ExecuteNonQueryAsync(cancellationToken);
        await using var log = new NpgsqlCommand(
            """
            update message_attempt set ended_at = $3, outcome = $4, status = $5, error = $6
            where message_id = $1 and attempt = $2 and (outcome is null or outcome = 'unknown')
            """,
            connection);
        Add(log, messageId, attempt, now, MessageWords.Of(handOver.Outcome));
        log.Parameters.Add(new() { Value = (object?)(short?)handOver.Status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Smallint });
        log.Parameters.Add(new() { Value = (object?)handOver.Error ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await log.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>One that no attempt can begin waits; when its time is over it is given up. One that was begun is left to <see cref="EndAbandonedAsync"/>.</summary>
    public async Task PostponeAsync(Guid messageId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var command = database.CreateCommand(
            """
            update message
               set next_at = $3, version = version + 1, state = case when give_up_at <= $2 then 'expired' else state end,
                   reason = case when give_up_at <= $2 then 'tooOld' end, ended_at = case when give_up_at <= $2 then $2 end,
                   content_sealed = case when is_secret and give_up_at <= $2 then null else content_sealed end
            where message_id = $1 and state = 'waiting'
            """);
        Add(command, messageId, now.UtcDateTime, (now + s_afterBug).UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Attempts whose process ended before it could say what became of them: nobody knows.</summary>
    public async Task EndAbandonedAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var abandoned = new List<(Guid Id, int Attempt, MessageCourse Course)>();
        await using (var command = database.CreateCommand(
            """
            select m.message_id, m.attempts, m.tries, a.repeatable, m.give_up_at
            from message m join message_attempt a on a.message_id = m.message_id and a.attempt = m.attempts
            where m.state = 'sending' and a.began_at < $1
            """))
        {
            command.Parameters.Add(new() { Value = (now - AttemptLastsMax).UtcDateTime });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                abandoned.Add((
                    reader.GetGuid(0), reader.GetInt32(1),
                    MessageCourse.After(
                        HandOverOutcome.Unknown, reader.GetBoolean(3), reader.GetInt32(2), mayBeTaken: true, now,
                        new DateTimeOffset(reader.GetDateTime(4)))));
            }
        }

        foreach (var (id, attempt, course) in abandoned)
        {
            await EndAsync(id, attempt, new(HandOverOutcome.Unknown, Error: "processEnded"), course, cancellationToken);
        }
    }

    private async Task<(string Template, string Matter, BegunAttempt Begun)?> LockAsync(
        NpgsqlConnection connection, Guid messageId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select template, matter, channel, address_sealed, language, content_sealed, attempts, tries, may_be_taken, send_key, give_up_at, made_at, is_secret
            from message where message_id = $1 and state = 'waiting' for update skip locked
            """,
            connection);
        Add(command, messageId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var message = new OutgoingMessage(
            messageId, reader.GetGuid(9), MessageWords.Read<MessageChannel>(reader.GetString(2)), protector.Open(reader.GetFieldValue<byte[]>(3)),
            reader.GetString(4), new DateTimeOffset(reader.GetDateTime(11)), rows.Open(reader.GetFieldValue<byte[]>(5)), reader.GetBoolean(12));
        return (reader.GetString(0), reader.GetString(1), new(
            message, reader.GetInt32(6) + 1, reader.GetInt32(7) + 1, IsRepeatable: false, reader.GetBoolean(8), new DateTimeOffset(reader.GetDateTime(10))));
    }

    private static async Task EndAsync(
        NpgsqlConnection connection, Guid messageId, MessageState state, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            update message
               set state = $2, reason = $3, ended_at = $4, version = version + 1, content_sealed = case when is_secret then null else content_sealed end
            where message_id = $1
            """,
            connection);
        Add(command, messageId, MessageWords.Of(state), reason, now.UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<Guid>> IdsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetGuid(0));
        }

        return ids;
    }

    private static void Add(NpgsqlCommand command, params IReadOnlyList<object> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
    }
}
