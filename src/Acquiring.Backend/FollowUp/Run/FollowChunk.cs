using Acquiring.Backend.FollowUp.Tasks;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Terminals.Lifecycle;
using Acquiring.Backend.WorkTerms;
using Acquiring.Core.FollowUp;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.FollowUp.Run;

/// <summary>Follows a handful of machines in one transaction: tasks, watch and suspension of each together or not at all.</summary>
internal sealed class FollowChunk(TakeTerminalStep steps, TimeProvider clock)
{
    /// <summary>So few that who judges online waits no longer than for a file's chunk.</summary>
    public const int TerminalsMax = 20;

    /// <summary>Decides and writes. Taken before, and so again, it finds nothing to do.</summary>
    /// <returns>How many machines were followed, and of how many their service changed: whoever commits then says so by <see cref="TakeTerminalStep.Tell"/>.</returns>
    public async Task<(int Followed, int Services)> RunAsync(
        NpgsqlConnection connection, int[] terminals, DateOnly on, WorkTermsOnDate terms, CancellationToken cancellationToken)
    {
        await TakeTerminalStep.LockRegistryAsync(connection, andJudging: true, cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        var (followed, services) = (0, 0);
        foreach (var terminal in await FollowFactsReader.ReadAsync(connection, terminals, on, BusinessTime.Today(clock), cancellationToken))
        {
            var moves = DecideFollowUp.Of(terminal.Facts, on);
            followed += moves.Count > 0 ? 1 : 0;
            foreach (var move in moves)
            {
                await MoveAsync(connection, terminal, move, on, terms, now, cancellationToken);
            }

            if (moves.Select(m => m.Service).FirstOrDefault(s => s is not null) is { } service)
            {
                await ServeAsync(connection, terminal, service, on, now, cancellationToken);
                services++;
            }

            await LookedAtStagesAsync(connection, terminal, on, cancellationToken);
        }

        if (services > 0)
        {
            await steps.AnnounceAsync(connection, cancellationToken);
        }

        if (followed > 0)
        {
            await AuditLog.AppendAsync(
                connection, null!, clock, FollowUpWords.Night, "followUp.follow", $"{on:yyyy-MM-dd}", new { followed, services }, cancellationToken);
        }

        return (followed, services);
    }

    private static async Task MoveAsync(
        NpgsqlConnection connection, FollowedTerminal terminal, FollowUpMove move, DateOnly on, WorkTermsOnDate terms, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        if (move.Task is null)
        {
            var task = new StoredFollowUp(
                0, move.Kind, terminal.Id, terminal.TerminalNo, terminal.Facts.MerchantId!.Value, terminal.MerchantNo, move.Since, terminal.Owner, on, Due(),
                FollowUpState.Open, null, null, 1);
            if (await FollowUpRows.OpenAsync(connection, task, nowUtc, cancellationToken) is { } opened)
            {
                await FollowUpRows.TraceAsync(connection, null, opened, "open", $"since {move.Since:yyyy-MM-dd}", FollowUpWords.Night, on, nowUtc, cancellationToken);
            }

            return;
        }

        var before = (await FollowUpRows.LockAsync(connection, move.Task.Id, cancellationToken))!;
        var state = FollowUpStanding.Take(before.State, before.Kind, move.Act!.Value).Value;
        var after = before with { State = state, Version = before.Version + 1 };
        after = move.Act switch
        {
            FollowUpAct.End => after with { Result = FollowUpWords.Of(move.Why!.Value) },
            FollowUpAct.Expire => after with { Result = FollowUpWords.Of(FollowUpResult.Overdue) },
            _ => after with { Result = null, DueOn = Due() },
        };
        await FollowUpRows.UpdateAsync(connection, after, nowUtc, cancellationToken);
        await FollowUpRows.TraceAsync(
            connection, before, after, FollowUpWords.Of(move.Act.Value), after.Result ?? $"since {move.Since:yyyy-MM-dd}", FollowUpWords.Night, on, nowUtc,
            cancellationToken);

        DateOnly Due() => on.AddDays(terms.DaysOf(terminal.Branch).Of(move.Kind));
    }

    private async Task ServeAsync(
        NpgsqlConnection connection, FollowedTerminal terminal, TerminalAct service, DateOnly on, DateTime nowUtc, CancellationToken cancellationToken)
    {
        var why = terminal.Facts.Silence is { } silence
            ? $"no sale since {silence.LastActivityOn:yyyy-MM-dd}, judged {on:yyyy-MM-dd}" : $"judged {on:yyyy-MM-dd}";
        var step = new TerminalStep(service, terminal.Version, why, FollowUpWords.Night);
        _ = (await steps.TakeAsync(connection, null, terminal.TerminalNo, step, nowUtc, cancellationToken)).Value;
    }

    /// <summary>A stage whose days are over was looked at: either the next one is open now, or there is none.</summary>
    private static Task<int> LookedAtStagesAsync(NpgsqlConnection connection, FollowedTerminal terminal, DateOnly on, CancellationToken cancellationToken) =>
        FollowNight.ExecuteAsync(connection, "update follow_up set next_on = null where terminal_id = $1 and next_on <= $2", cancellationToken, terminal.Id, on);
}
