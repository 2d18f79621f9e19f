using Acquiring.Backend.Messages.Gateways;
using Npgsql;

namespace Acquiring.Backend.Messages;

/// <summary>
/// Wipes addresses and texts of messages of long ago, and files of them that nobody fetched. That they were sent, when and of what kind stays.
/// </summary>
internal sealed class ForgetMessages(NpgsqlDataSource database, MessageOptions options, FileGateway files, TimeProvider clock)
{
    private const int AtATimeMax = 10_000;

    private static readonly TimeSpan s_every = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_filesEvery = TimeSpan.FromMinutes(1);

    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private DateTimeOffset _nextFiles = DateTimeOffset.MinValue;

    /// <summary>Once an hour, files once a minute, however often it is called.</summary>
    public async Task RunNowAndThenAsync(CancellationToken cancellationToken)
    {
        if (clock.GetUtcNow() >= _next)
        {
            await RunAsync(cancellationToken);
            _next = clock.GetUtcNow() + s_every;
        }

        if (clock.GetUtcNow() >= _nextFiles)
        {
            files.Forget();
            _nextFiles = clock.GetUtcNow() + s_filesEvery;
        }
    }

    /// <summary>In small transactions, until none is left. Returns how many it wiped.</summary>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        long wiped = 0;
        int some;
        do
        {
            await using var command = database.CreateCommand(
                """
                update message set address_sealed = null, content_sealed = null
                where message_id in (
                    select message_id from message
                    where made_at < $1 and (address_sealed is not null or content_sealed is not null) and state not in ('waiting', 'sending')
                    order by made_at limit $2 for update skip locked)
                """);
            command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime.AddDays(-options.KeptDays) });
            command.Parameters.Add(new() { Value = AtATimeMax });
            some = await command.ExecuteNonQueryAsync(cancellationToken);
            wiped += some;
        }
        while (some == AtATimeMax);

        return wiped;
    }
}
