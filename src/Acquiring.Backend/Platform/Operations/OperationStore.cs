using System.Text.Json;
using Acquiring.Core.Refusals;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Platform.Operations;

/// <summary>What the table said when a state was written to it.</summary>
internal enum OperationSaving
{
    Saved,

    /// <summary>Saved, and somebody wants it cancelled.</summary>
    CancelAsked,

    /// <summary>Another request of the same id does it now; this one's states count no more.</summary>
    TakenOver,
}

/// <summary>Operations as all processes see them. A state is written by whoever does the work, and only while no later request took the id.</summary>
internal sealed class OperationStore(NpgsqlDataSource database)
{
    /// <summary>How long an operation is believed to run without a word from its process. By the server's clock.</summary>
    public const int LeaseSeconds = 15;

    /// <summary>A result that is larger is not kept; the work's own resource has it.</summary>
    private const int ResultBytesMax = 100_000;

    private const int KeptDays = 90;
    private static readonly string s_owner = $"process {Environment.ProcessId} on {Environment.MachineName}";

    private const string Columns =
        """
        operation_id, kind, subject,
        case when state in ('waiting', 'running') and lease_until < clock_timestamp() then 'interrupted' else state end,
        done_bytes, total_bytes, lines, total_lines, started_at, elapsed_ms, request, result, refusal, is_bug, can_cancel
        """;

    /// <summary>An operation that is written for the first time takes its id from whatever had it before.</summary>
    public async Task<IReadOnlyList<OperationSaving>> SaveAsync(
        IReadOnlyList<(OperationSnapshot Now, bool IsFirst)> states, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var answers = new List<OperationSaving>(states.Count);
        foreach (var (now, isFirst) in states)
        {
            answers.Add(await SaveAsync(connection, now, isFirst, cancellationToken));
        }

        return answers;
    }

    public static async Task<OperationSaving> SaveAsync(
        NpgsqlConnection connection, OperationSnapshot now, bool isFirst, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into operation as o (
                operation_id, attempt, kind, subject, owner, state, can_cancel, lease_until, done_bytes, total_bytes, lines, total_lines, started_at,
                elapsed_ms, request, result, refusal, is_bug)
            values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp() + interval '{LeaseSeconds} s', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            on conflict (operation_id) do update set
                attempt = excluded.attempt, kind = excluded.kind, subject = excluded.subject, owner = excluded.owner, state = excluded.state,
                can_cancel = excluded.can_cancel, lease_until = excluded.lease_until, done_bytes = excluded.done_bytes,
                total_bytes = excluded.total_bytes, lines = excluded.lines, total_lines = excluded.total_lines, started_at = excluded.started_at,
                elapsed_ms = excluded.elapsed_ms, request = excluded.request, result = excluded.result, refusal = excluded.refusal,
                is_bug = excluded.is_bug, cancel_asked = o.cancel_asked and o.attempt = excluded.attempt
            where o.attempt = excluded.attempt or $18
            returning cancel_asked
            """,
            connection);
        var result = Json(now.Result);
        Add(now.Id);
        Add(now.Attempt);
        Add(now.Kind);
        Add(now.Subject.Length > 300 ? now.Subject[..300] : now.Subject);
        Add(s_owner);
        Add(JsonNamingPolicy.CamelCase.ConvertName(now.State.ToString()));
        Add(now.CanCancel);
        Add(now.DoneBytes);
        Add(now.TotalBytes, NpgsqlDbType.Bigint);
        Add(now.Lines);
        Add(now.TotalLines, NpgsqlDbType.Bigint);
        Add(now.StartedAt.ToUniversalTime());
        Add(now.ElapsedMs);
        Add(Json(now.Request), NpgsqlDbType.Jsonb);
        Add(result?.Length > ResultBytesMax ? null : result, NpgsqlDbType.Jsonb);
        Add(Json(now.Refusal), NpgsqlDbType.Jsonb);
        Add(now.IsBug);
        Add(isFirst);
        return await command.ExecuteScalarAsync(cancellationToken) switch
        {
            true => OperationSaving.CancelAsked,
            false => OperationSaving.Saved,
            _ => OperationSaving.TakenOver,
        };

        void Add(object? value, NpgsqlDbType? type = null)
        {
            var parameter = new NpgsqlParameter { Value = value ?? DBNull.Value };
            if (type is { } known)
            {
                parameter.NpgsqlDbType = known;
            }

            command.Parameters.Add(parameter);
        }
    }

    public async Task<OperationSnapshot?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, id, cancellationToken);
    }

    public static async Task<OperationSnapshot?> FindAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select {Columns} from operation where operation_id = $1", connection);
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <summary>Newest first.</summary>
    /// <param name="after">The last one seen.</param>
    /// <param name="limit">How many at most.</param>
    public async Task<IReadOnlyList<OperationSnapshot>> PageAsync(Guid? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            select {Columns}
            from operation
            where $1::uuid is null or (started_at, operation_id) < (select started_at, operation_id from operation where operation_id = $1)
            order by started_at desc, operation_id desc
            limit $2
            """);
        command.Parameters.Add(new() { Value = after is { } id ? id : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = limit });
        var rows = new List<OperationSnapshot>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(Read(reader));
        }

        return rows;
    }

    /// <summary>Whoever does it hears of it within a second or two.</summary>
    public async Task AskCancelAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "update operation set cancel_asked = true where operation_id = $1 and state in ('waiting', 'running')");
        command.Parameters.Add(new() { Value = id });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Keeps the newest, and no ended ones older than <see cref="KeptDays"/> days.</summary>
    public async Task ForgetOldAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            delete from operation
            where lease_until < clock_timestamp() - interval '1 h'
              and (started_at < now() - interval '{KeptDays} days'
                   or started_at < (select started_at from operation order by started_at desc offset {OperationRegistry.KeptMax} limit 1))
            """);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string? Json(object? value) => value is null ? null : JsonSerializer.Serialize(value, value.GetType(), PlatformJson.Options);

    private static OperationSnapshot Read(NpgsqlDataReader row)
    {
        var state = row.GetString(3);
        var isInterrupted = state == "interrupted";
        var lines = row.GetInt64(6);
        var elapsedMs = row.GetInt64(9);
        return new(
            row.GetGuid(0), row.GetString(1), row.GetString(2),
            isInterrupted ? OperationState.Failed : Enum.Parse<OperationState>(state, ignoreCase: true),
            row.GetInt64(4), row.IsDBNull(5) ? null : row.GetInt64(5), lines, elapsedMs > 0 ? (long)(lines * 1_000.0 / elapsedMs) : 0,
            row.GetFieldValue<DateTimeOffset>(8), elapsedMs, Element(11),
            isInterrupted ? Refusal.Of(RefusalKind.Unavailable, OperationEndpoints.InterruptedCode, new Detail("operationId", $"{row.GetGuid(0)}"))
                : row.IsDBNull(12) ? null : JsonSerializer.Deserialize<Refusal>(row.GetString(12), PlatformJson.Options),
            row.GetBoolean(13), row.IsDBNull(7) ? null : row.GetInt64(7))
        {
            Request = Element(10),
            CanCancel = row.GetBoolean(14),
            IsInterrupted = isInterrupted,
        };

        object? Element(int column)
        {
            if (row.IsDBNull(column))
            {
                return null;
            }

            using var document = JsonDocument.Parse(row.GetString(column));
            return document.RootElement.Clone();
        }
    }
}
