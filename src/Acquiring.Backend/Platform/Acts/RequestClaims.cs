using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Refusals;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Platform.Acts;

/// <summary>The right to do a request under its key. It ends by itself when its process does.</summary>
/// <param name="Id">So that one whose claim ended meanwhile records nothing.</param>
public sealed record RequestClaim(string Actor, string Key, Guid Id);

/// <summary>Either the request is to be done, or it was and this was its answer.</summary>
public readonly record struct TakenRequest(RequestClaim? Claim, AnsweredRequest? Answered);

/// <summary>
/// Keys of requests whose operations do not keep them themselves: claimed, done, answered, each in a step of its own. What they were
/// answered is kept sealed: it may name a person.
/// </summary>
public sealed partial class RequestClaims(NpgsqlDataSource database, PersonalDataProtector protector, TimeProvider clock, ILogger<RequestClaims> log)
{
    /// <summary>After a crash the repetition waits no longer than this.</summary>
    private static readonly TimeSpan s_claimLasts = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_renewEvery = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _clock = clock;

    public async Task<Result<TakenRequest>> TakeAsync(string actor, string key, byte[] fingerprint, CancellationToken cancellationToken)
    {
        var claim = new RequestClaim(actor, key, Guid.CreateVersion7());
        var now = _clock.GetUtcNow().UtcDateTime;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var take = new NpgsqlCommand(
            """
            insert into idempotency_key as k (actor, key, fingerprint, at, claim, claimed_until) values ($1, $2, $3, $4, $5, $6)
            on conflict on constraint idempotency_key_pk do update set claim = excluded.claim, claimed_until = excluded.claimed_until
            where k.fingerprint = excluded.fingerprint and k.claimed_until < excluded.at
            """,
            connection);
        Add(take, actor, key, fingerprint, now, claim.Id, now + s_claimLasts);
        if (await take.ExecuteNonQueryAsync(cancellationToken) == 1)
        {
            return new TakenRequest(claim, null);
        }

        await using var read = new NpgsqlCommand(
            "select fingerprint, status, content_type, location, etag, body_sealed from idempotency_key where actor = $1 and key = $2", connection);
        Add(read, actor, key);
        await using var row = await read.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
        {
            // Given up between the two statements.
            return IdempotencyKey.UnderWay(key);
        }

        return !row.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(fingerprint) ? IdempotencyKey.Reused(key)
            : row.IsDBNull(1) ? IdempotencyKey.UnderWay(key)
            : new TakenRequest(null, new(row.GetInt16(1), Text(row, 2), Text(row, 3), Text(row, 4), protector.OpenBytes(row.GetFieldValue<byte[]>(5))));
    }

    public Task AnswerAsync(RequestClaim claim, AnsweredRequest answer, CancellationToken cancellationToken) => ChangeAsync(
        """
        update idempotency_key set claim = null, claimed_until = null, status = $4, content_type = $5, location = $6, etag = $7, body_sealed = $8
        where actor = $1 and key = $2 and claim = $3
        """,
        claim, cancellationToken, (short)answer.Status, answer.ContentType, answer.Location, answer.ETag, protector.SealBytes(answer.Body.Span));

    /// <summary>Nothing was done: the key is free again.</summary>
    public Task GiveUpAsync(RequestClaim claim, CancellationToken cancellationToken) =>
        ChangeAsync("delete from idempotency_key where actor = $1 and key = $2 and claim = $3", claim, cancellationToken);

    /// <summary>Until it is disposed of.</summary>
    public IAsyncDisposable KeepRenewed(RequestClaim claim) => new Renewal(this, claim);

    private async Task ChangeAsync(string sql, RequestClaim claim, CancellationToken cancellationToken, params IReadOnlyList<object?> values)
    {
        await using var command = database.CreateCommand(sql);
        Add(command, [claim.Actor, claim.Key, claim.Id, .. values]);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Add(NpgsqlCommand command, params IReadOnlyList<object?> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(value is null ? new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text } : new() { Value = value });
        }
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private sealed class Renewal : IAsyncDisposable
    {
        private readonly CancellationTokenSource _over = new();
        private readonly Task _task;

        public Renewal(RequestClaims claims, RequestClaim claim) => _task = RunAsync(claims, claim, _over.Token);

        public async ValueTask DisposeAsync()
        {
            await _over.CancelAsync();
            await _task;
            _over.Dispose();
        }

        private static async Task RunAsync(RequestClaims claims, RequestClaim claim, CancellationToken over)
        {
            try
            {
                using var timer = new PeriodicTimer(s_renewEvery, claims._clock);
                while (await timer.WaitForNextTickAsync(over))
                {
                    try
                    {
                        await claims.ChangeAsync(
                            "update idempotency_key set claimed_until = $4 where actor = $1 and key = $2 and claim = $3", claim, over,
                            claims._clock.GetUtcNow().UtcDateTime + s_claimLasts);
                    }
                    catch (Exception failure) when (FailureHandler.RefusalOf(failure) is not null)
                    {
                        claims.LogNotRenewed(failure);
                    }
                }
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A claim on a request's key could not be renewed; it is tried again")]
    private partial void LogNotRenewed(Exception failure);
}
