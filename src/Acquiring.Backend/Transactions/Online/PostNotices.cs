using Acquiring.Backend.Merchants;
using Acquiring.Backend.Merchants.Limits;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Terminals.BindingCases;
using Acquiring.Core.Clearing;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>
/// Posts the notices of one request: checks, has the merchants' grains reserve, shares a commit, and tells the grains of what did not
/// post. Each notice has its own outcome; a repeated one is answered with that of the first.
/// </summary>
internal sealed class PostNotices(
    RegistryView registries, IGrainFactory grains, PostingQueue queue, CardReferences cardReferences, NpgsqlDataSource database,
    IOptions<OnlineOptions> options, RefusedNotices refused, TimeProvider clock)
{
    public async Task RunAsync(IReadOnlyList<NoticeAttempt> attempts, string channel)
    {
        await PostAsync(attempts, channel);
        if (attempts.Where(a => a is { IsOpen: true, Posting.IsOvertaken: true }).ToList() is { Count: > 0 } overtaken)
        {
            // Another activation of the merchant's grain counts now, after a silo's death: judged again, the line is new.
            await Task.WhenAll(overtaken.Select(Overtaken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await PostAsync(overtaken, channel);
        }

        List<Task>? told = null;
        foreach (var attempt in attempts)
        {
            if (Settle(attempt) is { IsCompleted: false } telling)
            {
                (told ??= []).Add(telling);
            }
        }

        if (told is not null)
        {
            await Task.WhenAll(told).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await OpenCasesAsync(attempts);
    }

    private Task OpenCasesAsync(IReadOnlyList<NoticeAttempt> attempts)
    {
        List<(ClearingLine, HoldReason)>? disagreeing = null;
        foreach (var attempt in attempts)
        {
            if (attempt.Notice is { } notice && attempt.Refusal is { } refusal && RefusedNotices.ReasonOf(refusal.Code) is var reason and not HoldReason.None)
            {
                (disagreeing ??= []).Add((notice.Line, reason));
            }
        }

        return disagreeing is null ? Task.CompletedTask : refused.OpenCasesAsync(disagreeing);
    }

    private async Task PostAsync(IReadOnlyList<NoticeAttempt> attempts, string channel)
    {
        var registry = await registries.CurrentAsync(CancellationToken.None);
        var batch = new PostingBatch(clock.GetTimestamp());
        var dayEndsAt = options.Value.DayEndsAtOf(channel);
        var now = BusinessTime.FromUtc(clock.GetUtcNow().UtcDateTime);
        var reserving = new Task<ReserveAnswer>?[attempts.Count];
        List<NoticeAttempt>? stopped = null;
        for (var i = 0; i < reserving.Length; i++)
        {
            var attempt = attempts[i];
            if (!attempt.IsOpen || !IsInOrder(attempt, registry, batch, dayEndsAt, now))
            {
                continue;
            }

            if (NoticeChecks.CheckStanding(attempt.Notice!.Line, registry, attempt.Posting!.MerchantId, attempt.Posting.TerminalId) is { } refusal)
            {
                attempt.Reservation = null;
                attempt.Refuse(refusal);
                (stopped ??= []).Add(attempt);
                continue;
            }

            reserving[i] = Reserve(attempt);
        }

        for (var i = 0; i < reserving.Length; i++)
        {
            if (reserving[i] is { } asked && await ReservedAsync(attempts[i], asked) is { } refusal)
            {
                attempts[i].Refuse(refusal);
                (stopped ??= []).Add(attempts[i]);
            }
        }

        if (stopped is not null)
        {
            await AnswerRepeatedAsync(stopped, registry);
        }

        Enqueue(attempts, batch);
        if (batch.Postings.Count > 0)
        {
            await batch.Done;
        }
    }

    private Task Overtaken(NoticeAttempt attempt) =>
        grains.Merchant(attempt.Notice!.Line.MerchantNo).Overtaken(attempt.Reservation!, attempt.Posting!.Fence);

    private Task<ReserveAnswer> Reserve(NoticeAttempt attempt) =>
        grains.Merchant(attempt.Notice!.Line.MerchantNo).Reserve(attempt.Reservation!);

    private bool IsInOrder(NoticeAttempt attempt, RegistrySnapshot registry, PostingBatch batch, TimeOnly dayEndsAt, DateTime now)
    {
        var line = attempt.Notice!.Line;
        if (NoticeChecks.Check(line, registry, now, out var merchantId, out var terminalId) is { } refusal)
        {
            attempt.Refuse(refusal);
            return false;
        }

        var reference = line.FullCardNumber is { } number ? cardReferences.Of(number) : null;
        var businessDate = ClearingDay.BusinessDateOf(line.OccurredAt, dayEndsAt);
        attempt.Posting = new Posting(batch, attempt.Notice, merchantId, terminalId, businessDate, reference);
        attempt.Reservation = new(
            merchantId, terminalId, line.Batch, line.Stan, line.TransactionDate, line.Kind, line.PayType, line.CardKind, line.AmountFen,
            line.Reference);
        return true;
    }

    /// <summary>Returns the limit that refuses the line; what else goes wrong is set on the attempt.</summary>
    private static async Task<Refusal?> ReservedAsync(NoticeAttempt attempt, Task<ReserveAnswer> asked)
    {
        try
        {
            var answer = await asked;
            attempt.Posting!.Fence = answer.Fence;
            if (!answer.IsTracked)
            {
                attempt.Reservation = null;
            }

            if (answer.FeePlanId == 0)
            {
                attempt.Refuse(OnlineRefusals.Of(HoldReason.NoFeePlan, attempt.Notice!.Line));
            }

            return answer.Breach is { } breach ? LimitRefusals.Breached(breach, answer.BreachOf, attempt.Notice!.Line.AmountFen) : null;
        }
#pragma warning disable CA1031 // The failure is this line's answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            attempt.Fail(e);
            return null;
        }
    }

    /// <summary>
    /// A sale that used the limit up, or came before the merchant was stopped, and is repeated has been posted: it gets the first answer,
    /// not the refusal.
    /// </summary>
    private async Task AnswerRepeatedAsync(List<NoticeAttempt> stopped, RegistrySnapshot registry)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            var found = await FirstResults.FindAsync(connection, registry, stopped.ConvertAll(a => a.Posting!));
            for (var i = 0; i < found.Length; i++)
            {
                if (found[i] is { } first)
                {
                    stopped[i].AnswerAs(first);
                }
            }
        }
#pragma warning disable CA1031 // Not knowing is no ground to refuse.
        catch (Exception e)
#pragma warning restore CA1031
        {
            stopped.ForEach(a => a.Fail(e));
        }
    }

    private void Enqueue(IReadOnlyList<NoticeAttempt> attempts, PostingBatch batch)
    {
        foreach (var attempt in attempts)
        {
            if (attempt is { IsOpen: true, Posting: { } posting })
            {
                batch.Add(posting);
            }
        }

        if (batch.Postings.Count > 0 && !queue.TryPost(batch))
        {
            foreach (var attempt in attempts)
            {
                if (attempt is { IsOpen: true, Posting: not null })
                {
                    attempt.Fail(new RefusedException(OnlineRefusals.Overloaded()));
                }
            }

            batch.Postings.Clear();
        }
    }

    /// <summary>
    /// A posted sale needs no word. The rest is told before the answer: who repeats a line at once must find the first of it gone, and between
    /// silos only who waits has an order. A grain that could not be told counts too much until it reads again, never too little.
    /// </summary>
    private Task Settle(NoticeAttempt attempt)
    {
        if (attempt.Reservation is not { } reservation)
        {
            return Task.CompletedTask;
        }

        var isPosted = attempt.IsOpen && attempt.Posting!.IsPosted;
        if (isPosted && reservation.Kind != TransactionKind.Reversal)
        {
            return Task.CompletedTask;
        }

        if (attempt is { IsOpen: true, Posting.IsOvertaken: true })
        {
            // Twice in a row: two activations contend. Whoever sends it again meets the one that stays.
            attempt.Fail(new RefusedException(OnlineRefusals.GrainUnavailable()));
            return Overtaken(attempt);
        }

        var grain = grains.Merchant(attempt.Notice!.Line.MerchantNo);
        return isPosted ? grain.Confirm(reservation)
            : attempt.Posting!.IsOutcomeUnknown ? grain.ReadAgain()
            : grain.Release(reservation);
    }
}
