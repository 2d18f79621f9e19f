using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Webhooks;

/// <summary>Who hears of what: made, paused, resumed, removed, each with its audit.</summary>
public sealed class WebhookStore(NpgsqlDataSource database, PersonalDataProtector protector, TimeProvider clock)
{
    public const int WebhooksMax = 50;

    private const string Columns = "webhook_id, url, types, state, version, created_at";

    /// <summary>The same request again answers with the webhook it made; the id with other content is refused.</summary>
    public async Task<Result<Webhook>> CreateAsync(CreateWebhookRequest request, string actor, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // So that no two are made at once, and the number of them is the one that is told.
        await ExecuteAsync(connection, "lock table webhook in share row exclusive mode", cancellationToken);
        var (id, now) = (request.WebhookId!.Value, clock.GetUtcNow());
        if (await FindAsync(connection, id, cancellationToken) is { } present)
        {
            return present.Webhook.Url == request.Url && present.Webhook.Types.SequenceEqual(request.Types ?? []) && present.Secret == request.Secret
                ? present.Webhook
                : WebhookRefusals.Differs(id);
        }

        await using var insert = new NpgsqlCommand(
            """
            insert into webhook (webhook_id, url, secret_sealed, types, state, made_in, version, created_at, changed_at)
            select $1, $2, $3, $4, 'active', pg_current_snapshot(), 1, $5, $5
            where (select count(*) from webhook where state <> 'removed') < $6
            """,
            connection);
        Add(insert, id, request.Url!, protector.Seal(request.Secret!), (request.Types ?? []).ToArray(), now.UtcDateTime, WebhooksMax);
        if (await insert.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            return WebhookRefusals.TooMany(WebhooksMax);
        }

        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "webhook.create", $"{id}", new { request.Url, request.Types }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Webhook(id, request.Url!, request.Types ?? [], WebhookState.Active, 1, now);
    }

    /// <summary>Pauses, resumes or removes. Repeated under its key, it answers as the first time.</summary>
    public async Task<Result<Webhook>> StepAsync(
        Guid webhookId, WebhookState to, int version, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var first = await IdempotencyStore.TakeAsync<Webhook>(connection, key, clock.GetUtcNow().UtcDateTime, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        if (await FindAsync(connection, webhookId, cancellationToken, " for update") is not { } found)
        {
            return WebhookRefusals.Unknown(webhookId);
        }

        var present = found.Webhook;
        if (present.Version != version)
        {
            return IfMatch.Stale(version, present.Version);
        }

        if (present.State == WebhookState.Removed || present.State == to)
        {
            var legal = present.State == WebhookState.Removed ? "-" : present.State == WebhookState.Active ? "pause, remove" : "resume, remove";
            return WebhookRefusals.IllegalStep(Act(to), Word(present.State), legal);
        }

        await using var update = new NpgsqlCommand(
            "update webhook set state = $2, version = version + 1, changed_at = $3 where webhook_id = $1", connection);
        Add(update, webhookId, Word(to), clock.GetUtcNow().UtcDateTime);
        await update.ExecuteNonQueryAsync(cancellationToken);
        await AuditLog.AppendAsync(connection, transaction, clock, actor, $"webhook.{Act(to)}", $"{webhookId}", new { }, cancellationToken);
        var stepped = present with { State = to, Version = version + 1 };
        await IdempotencyStore.AnswerAsync(connection, key, stepped, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return stepped;
    }

    /// <summary>
    /// What was delivered or given up from a time on waits again; returns how many. In the order of the events, as ever. Repeated under its
    /// key, it brings nothing a second time.
    /// </summary>
    public async Task<Result<ReplayWebhookAnswer>> ReplayAsync(
        Guid webhookId, DateTimeOffset from, DateTimeOffset to, string actor, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var first = await IdempotencyStore.TakeAsync<ReplayWebhookAnswer>(connection, key, clock.GetUtcNow().UtcDateTime, cancellationToken);
        if (first.Refusal is not null || first.Value is not null)
        {
            return first.Refusal is { } reused ? reused : first.Value!;
        }

        if (await FindAsync(connection, webhookId, cancellationToken, " for update") is not { } found)
        {
            return WebhookRefusals.Unknown(webhookId);
        }

        if (found.Webhook.State == WebhookState.Removed)
        {
            return WebhookRefusals.IllegalStep("replay", Word(WebhookState.Removed), "-");
        }

        await using var update = new NpgsqlCommand(
            """
            update webhook_delivery d set state = 'waiting', since = null, next_at = $4, ended_at = null
            from outbox_event e
            where d.webhook_id = $1 and d.state <> 'waiting' and e.outbox_event_id = d.outbox_event_id and e.at between $2 and $3
            """,
            connection);
        Add(update, webhookId, from.UtcDateTime, to.UtcDateTime, clock.GetUtcNow().UtcDateTime);
        var again = await update.ExecuteNonQueryAsync(cancellationToken);
        await AuditLog.AppendAsync(
            connection, transaction, clock, actor, "webhook.replay", $"{webhookId}", new { from, to, again }, cancellationToken);
        var answer = new ReplayWebhookAnswer(again);
        await IdempotencyStore.AnswerAsync(connection, key, answer, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return answer;
    }

    public async Task<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"select {Columns} from webhook order by created_at, webhook_id");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var webhooks = new List<Webhook>();
        while (await reader.ReadAsync(cancellationToken))
        {
            webhooks.Add(Read(reader));
        }

        return webhooks;
    }

    public async Task<Webhook?> FindAsync(Guid webhookId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await FindAsync(connection, webhookId, cancellationToken))?.Webhook;
    }

    private async Task<(Webhook Webhook, string Secret)?> FindAsync(
        NpgsqlConnection connection, Guid webhookId, CancellationToken cancellationToken, string locking = "")
    {
        await using var command = new NpgsqlCommand($"select {Columns}, secret_sealed from webhook where webhook_id = $1{locking}", connection);
        Add(command, webhookId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (Read(reader), protector.Open(reader.GetFieldValue<byte[]>(6))) : null;
    }

    private static Webhook Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<string[]>(2), Enum.Parse<WebhookState>(reader.GetString(3), ignoreCase: true),
        reader.GetInt32(4), new DateTimeOffset(reader.GetDateTime(5)));

    private static string Word(WebhookState state) => state switch
    {
        WebhookState.Active => "active",
        WebhookState.Paused => "paused",
        _ => "removed",
    };

    private static string Act(WebhookState to) => to switch
    {
        WebhookState.Active => "resume",
        WebhookState.Paused => "pause",
        _ => "remove",
    };

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Add(NpgsqlCommand command, params IReadOnlyList<object> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
    }
}
