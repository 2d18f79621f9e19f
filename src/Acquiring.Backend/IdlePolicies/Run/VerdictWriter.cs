using Acquiring.Backend.Platform;
using Acquiring.Core.IdlePolicies;
using Npgsql;

namespace Acquiring.Backend.IdlePolicies.Run;

/// <summary>A verdict to be written: another answer than stands.</summary>
internal sealed record WrittenVerdict(
    int TerminalId, PolicyLayer Layer, PolicyVerdict Verdict, int MerchantId, int PolicyVersion, DateOnly Since, DateOnly LastActivityOn);

/// <summary>Writes what a part of a night found another: the rows, and what stands now, in the transaction of the caller.</summary>
internal sealed class VerdictWriter(DateOnly on, DateTime nowUtc)
{
    public List<WrittenVerdict> Verdicts { get; } = [];

    /// <summary>Keeps what differs from what stands; a terminal that was clear and is so is no change.</summary>
    public void Keep(
        int terminalId, int merchantId, int policyVersion, DateOnly lastActivityOn, PolicyLayer layer, PolicyVerdict verdict, StandingVerdict? before)
    {
        var isSame = before is null
            ? verdict.State == PolicyState.Clear
            : before.State == verdict.State && before.MerchantId == merchantId && before.Document == verdict.Document();
        if (!isSame)
        {
            var since = before is not null && before.State == verdict.State && before.Rule == verdict.Rule && before.MerchantId == merchantId ? before.Since : on;
            Verdicts.Add(new(terminalId, layer, verdict, merchantId, policyVersion, since, lastActivityOn));
        }
    }

    public async Task WriteAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (Verdicts.Count == 0)
        {
            return;
        }

        await WriteRowsAsync(connection, cancellationToken);
        await using (var forget = new NpgsqlCommand(
            "delete from terminal_idle_verdict s using unnest($1, $2) n (terminal_id, layer) where s.terminal_id = n.terminal_id and s.layer = n.layer", connection))
        {
            forget.Parameters.Add(new() { Value = Verdicts.Select(v => v.TerminalId).ToArray() });
            forget.Parameters.Add(new() { Value = Verdicts.Select(v => VerdictWords.Of(v.Layer)).ToArray() });
            await forget.ExecuteNonQueryAsync(cancellationToken);
        }

        await WriteStandingAsync(connection, cancellationToken);
    }

    private async Task WriteRowsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var rows = new CopyBuffer();
        foreach (var v in Verdicts)
        {
            rows.StartRow(10);
            rows.Integer(v.TerminalId);
            rows.Text(VerdictWords.Of(v.Layer));
            rows.Date(on);
            rows.Text(VerdictWords.Of(v.Verdict.State));
            if (v.Verdict.Rule is { } rule)
            {
                rows.Text(rule);
            }
            else
            {
                rows.Null();
            }

            rows.Integer(v.MerchantId);
            rows.Integer(v.PolicyVersion);
            rows.Date(v.Since);
            rows.Text(v.Verdict.Document());
            rows.TimestampTz(nowUtc);
        }

        await rows.SendAsync(
            connection,
            """
            copy idle_verdict (terminal_id, layer, judged_on, state, rule, merchant_id, policy_version, since, document, decided_at) from stdin (format binary)
            """,
            cancellationToken);
    }

    private async Task WriteStandingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var rows = new CopyBuffer();
        foreach (var v in Verdicts.Where(v => v.Verdict.State != PolicyState.Clear))
        {
            rows.StartRow(7);
            rows.Integer(v.TerminalId);
            rows.Text(VerdictWords.Of(v.Layer));
            rows.Date(on);
            rows.Integer(v.MerchantId);
            rows.Text(VerdictWords.Of(v.Verdict.State));
            rows.Date(v.LastActivityOn);
            rows.Date(v.Verdict.RecheckOn);
        }

        await rows.SendAsync(
            connection,
            "copy terminal_idle_verdict (terminal_id, layer, judged_on, merchant_id, state, last_activity_on, recheck_on) from stdin (format binary)",
            cancellationToken);
    }
}
