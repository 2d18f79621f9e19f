using Acquiring.Backend.IdlePolicies.Policies;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Platform.Acts;
using Acquiring.Backend.Tiers.Run;
using Acquiring.Core.IdlePolicies;
using Npgsql;

namespace Acquiring.Backend.IdlePolicies.Run;

/// <param name="Judged">Merchants that were judged.</param>
internal sealed record VerdictBlockResult(int Judged, IReadOnlyList<WrittenVerdict> Written);

/// <summary>
/// Judges a range of merchants for a night: those whose answers can have changed, or all. A merchant is judged whole, since the warnings of one
/// machine hang on the others. Reads, decides in memory, writes what changed: memory is that of one range, whatever the fleet.
/// </summary>
internal sealed class VerdictBlock(VerdictNight night, PolicyCalendar policies, TimeProvider clock)
{
    /// <summary>In the transaction of the caller. Done before, it does nothing.</summary>
    public async Task<VerdictBlockResult> RunAsync(NpgsqlConnection connection, int blockNo, CancellationToken cancellationToken)
    {
        if (await IsDoneAsync(connection, blockNo, cancellationToken))
        {
            return new(0, []);
        }

        var (from, end) = (blockNo * VerdictNight.BlockSize, (blockNo + 1) * VerdictNight.BlockSize);
        var now = clock.GetUtcNow().UtcDateTime;
        // Taken before anything is read: what is noted later than this is read with its note still there, and judged again.
        var only = await VerdictCandidates.TakeAsync(connection, night, policies.Thresholds, from, end, cancellationToken);
        var writer = new VerdictWriter(night.On, now);
        var judged = only is { Length: 0 } ? 0 : await JudgeAsync(connection, new(from, end, only), writer, cancellationToken);
        await writer.WriteAsync(connection, cancellationToken);
        await FinishAsync(connection, blockNo, judged, writer.Verdicts, now, cancellationToken);
        return new(judged, writer.Verdicts);
    }

    private async Task<int> JudgeAsync(NpgsqlConnection connection, MerchantRange range, VerdictWriter writer, CancellationToken cancellationToken)
    {
        var fromMonth = night.Dates.LastMonth.AddMonths(1 - IdlePolicyCheck.MonthsMax);
        var merchants = await PolicyFactsReader.ReadAsync(connection, range, night.On, fromMonth, cancellationToken);
        var terminals = merchants.SelectMany(m => m.Facts.Terminals).Select(t => t.Id).ToArray();
        var standing = await StandingVerdicts.OfTerminalsAsync(connection, terminals, cancellationToken);
        foreach (var merchant in merchants)
        {
            var policy = policies.Of(merchant.Branch);
            foreach (var verdicts in DecideIdlePolicies.Of(policy.Policy, merchant.Facts, night.Dates))
            {
                foreach (var layer in DecideIdlePolicies.Layers)
                {
                    writer.Keep(
                        verdicts.Terminal.Id, merchant.Id, policy.Version, verdicts.Terminal.LastActivity.On, layer, verdicts.Of(layer),
                        standing.GetValueOrDefault((verdicts.Terminal.Id, layer)));
                }
            }
        }

        foreach (var ((terminal, layer), before) in await StandingVerdicts.OfNobodyAsync(connection, range, night.On, cancellationToken))
        {
            var clear = PolicyVerdict.Clear(layer, PolicyClearance.NotHeld);
            writer.Keep(terminal, before.MerchantId, await VersionOfAsync(connection, before.MerchantId, cancellationToken), night.On, layer, clear, before);
        }

        return merchants.Count;
    }

    private async Task<int> VersionOfAsync(NpgsqlConnection connection, int merchantId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select branch_code from merchant where merchant_id = $1", connection);
        command.Parameters.Add(new() { Value = merchantId });
        return policies.Of((string)(await command.ExecuteScalarAsync(cancellationToken))!).Version;
    }

    /// <summary>Waits for whoever does the same part now.</summary>
    private async Task<bool> IsDoneAsync(NpgsqlConnection connection, int blockNo, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"select pg_advisory_xact_lock({DatabaseLocks.IdleVerdictBlocks}, {blockNo})"),
                new("select exists (select from idle_verdict_block where block_no = $1 and business_date = $2)"),
            },
        };
        batch.BatchCommands[1].Parameters.Add(new() { Value = blockNo });
        batch.BatchCommands[1].Parameters.Add(new() { Value = night.On });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetBoolean(0);
    }

    private async Task FinishAsync(
        NpgsqlConnection connection, int blockNo, int judged, List<WrittenVerdict> written, DateTime nowUtc, CancellationToken cancellationToken)
    {
        await using (var command = new NpgsqlCommand(
            "insert into idle_verdict_block (block_no, business_date, judged, written, done_at) values ($1, $2, $3, $4, $5)", connection))
        {
            foreach (var value in (ReadOnlySpan<object>)[blockNo, night.On, judged, written.Count, nowUtc])
            {
                command.Parameters.Add(new() { Value = value });
            }

            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        if (written.Count == 0)
        {
            return;
        }

        var (subject, details) = ($"{night.On:yyyy-MM-dd}", new { block = blockNo, judged, verdicts = RunIdlePolicies.Counts(written) });
        await AuditLog.AppendAsync(connection, null!, clock, Actors.Operator, "idleVerdicts.judge", subject, details, cancellationToken);
        await Outbox.AppendAsync(connection, "idleVerdicts.judged", subject, blockNo + 1, details, nowUtc, cancellationToken);
    }
}
