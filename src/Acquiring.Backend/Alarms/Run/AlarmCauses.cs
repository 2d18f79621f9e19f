using Acquiring.Core.Alarms;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Alarms.Run;

/// <summary>Whose alarm it is: a merchant's of a kind, or a case's.</summary>
internal readonly record struct AlarmSubject(AlarmKind Kind, int? MerchantId, int? BindingCaseId);

/// <summary>What speaks for an alarm on a night.</summary>
internal sealed record AlarmCause(int? MerchantId, AlarmSeverity Level, object Numbers);

/// <summary>The causes of a range of merchants on a night, kind by kind, and why those that are gone are gone.</summary>
internal sealed class AlarmCauses(NpgsqlConnection connection, AlarmNight night, AlarmPolicy policy, AlarmCalendar calendar, int from, int end)
{
    private const int WeekDays = 7;

    private readonly HashSet<int> _borrowers = [];
    private readonly HashSet<AlarmKind> _judged = [];

    public Dictionary<AlarmSubject, AlarmCause> Found { get; } = [];

    /// <summary>Merchants and cases that were looked at.</summary>
    public int Judged { get; private set; }

    /// <summary>Whether anything is said of such an alarm on this night: volume and margin only by the week, and only with enough days.</summary>
    public bool Judges(AlarmKind kind) => _judged.Contains(kind);

    public AlarmEnd WhyEnded(AlarmSubject subject) => subject.Kind switch
    {
        AlarmKind.LoanQuiet => _borrowers.Contains(subject.MerchantId!.Value) ? AlarmEnd.ActiveAgain : AlarmEnd.LoanClosed,
        AlarmKind.VolumeFall => AlarmEnd.VolumeBack,
        AlarmKind.BindingDisagrees => AlarmEnd.CaseDecided,
        _ => AlarmEnd.MarginBack,
    };

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await QuietAsync(cancellationToken);
        if (from == 0)
        {
            // Few, and some of nobody's: one part has them all.
            await BindingsAsync(cancellationToken);
        }

        if (night.WeekEnd is { } weekEnd)
        {
            await WeeksAsync(weekEnd, cancellationToken);
        }
    }

    /// <summary>One look at an index for each borrower: what it costs follows the loans, not the fleet.</summary>
    private async Task QuietAsync(CancellationToken cancellationToken)
    {
        _judged.Add(AlarmKind.LoanQuiet);
        await using var command = Command(
            """
            select l.merchant_id, l.first_disbursed_on, l.loan_refs, l.outstanding_fen, merchant_active_on(l.merchant_id, $1),
                   (select count(*) from terminal_binding b where b.merchant_id = l.merchant_id and b.valid_from < $4 and b.valid_to >= $4)::integer
            from (select l.merchant_id, min(v.disbursed_on) as first_disbursed_on, array_agg(l.loan_ref order by l.loan_ref) as loan_refs,
                         sum(v.outstanding_fen)::bigint as outstanding_fen
                  from loan_version v
                  join loan l using (loan_id)
                  where v.valid_from <= $1 and v.valid_to > $1 and l.merchant_id >= $2 and l.merchant_id < $3
                  group by l.merchant_id) l
            """,
            night.Date, from, end, DayEnd());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (merchantId, disbursedOn, refs) = (reader.GetInt32(0), reader.GetFieldValue<DateOnly>(1), reader.GetFieldValue<string[]>(2));
            DateOnly? activeOn = reader.IsDBNull(4) ? null : reader.GetFieldValue<DateOnly>(4);
            _borrowers.Add(merchantId);
            Judged++;
            var borrower = new BorrowerFacts(
                activeOn > disbursedOn ? activeOn.Value : disbursedOn, activeOn, disbursedOn, refs.Length, reader.GetInt64(3), reader.GetInt32(5));
            var quietDays = AlarmRules.QuietDaysOf(borrower, night.Date, calendar.Incomplete);
            if (AlarmRules.Quiet(policy, quietDays) is { } level)
            {
                Found.Add(new(AlarmKind.LoanQuiet, merchantId, null), new(merchantId, level, new AlarmNumbers.Quiet(
                    borrower.Since, activeOn, disbursedOn, quietDays, night.Date.DayNumber - borrower.Since.DayNumber - quietDays, borrower.Machines, refs,
                    borrower.OutstandingFen)));
            }
        }
    }

    /// <summary>Cases that were open when the date ended.</summary>
    private async Task BindingsAsync(CancellationToken cancellationToken)
    {
        _judged.Add(AlarmKind.BindingDisagrees);
        await using var command = Command(
            """
            select c.binding_case_id, m.merchant_id, c.kind, t.terminal_no, c.merchant_no, c.bound_merchant_no, c.transactions, c.first_seen
            from binding_case c
            join terminal t using (terminal_id)
            left join merchant m on m.merchant_no = coalesce(c.bound_merchant_no, c.merchant_no)
            where (c.state = 'open' or c.binding_case_id in (select a.binding_case_id from alarm a where a.ended_on is null))
              and c.first_seen < $1 and (c.decided_at is null or c.decided_at >= $1)
            order by c.binding_case_id
            """,
            DayEnd());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            Judged++;
            int? merchantId = reader.IsDBNull(1) ? null : reader.GetInt32(1);
            Found.Add(new(AlarmKind.BindingDisagrees, null, reader.GetInt32(0)), new(merchantId, AlarmSeverity.Warning, new AlarmNumbers.Binding(
                reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetString(5), reader.GetInt32(6),
                DateOnly.FromDateTime(BusinessTime.FromUtc(reader.GetDateTime(7))))));
        }
    }

    /// <summary>Once a week, over the weeks' volumes. A merchant that was closed for good fell for a reason that is known.</summary>
    private async Task WeeksAsync(DateOnly weekEnd, CancellationToken cancellationToken)
    {
        var fallFrom = weekEnd.AddDays(1 - (policy.FallWeeks * WeekDays));
        var (baseFrom, marginFrom) = (fallFrom.AddDays(-policy.FallBaseWeeks * WeekDays), weekEnd.AddDays(1 - (policy.MarginWeeks * WeekDays)));
        var (days, baseDays) = (calendar.CountedDays(fallFrom, weekEnd), calendar.CountedDays(baseFrom, fallFrom.AddDays(-1)));
        var marginDays = calendar.CountedDays(marginFrom, weekEnd);
        var judgesFall = AlarmRules.CanJudge(policy, days, policy.FallWeeks) && AlarmRules.CanJudge(policy, baseDays, policy.FallBaseWeeks);
        var judgesMargin = AlarmRules.CanJudge(policy, marginDays, policy.MarginWeeks);
        if (!judgesFall && !judgesMargin)
        {
            return;
        }

        await using var command = Command(
            """
            select v.merchant_id, coalesce(sum(v.gross_fen - v.refund_fen) filter (where v.transaction_date >= $4), 0)::bigint,
                   coalesce(sum(v.gross_fen - v.refund_fen) filter (where v.transaction_date >= $5 and v.transaction_date < $4), 0)::bigint,
                   coalesce(sum(v.fee_fen - v.issuer_fee_fen - v.network_fee_fen) filter (where v.transaction_date >= $6), 0)::bigint,
                   coalesce(sum(v.gross_fen - v.refund_fen) filter (where v.transaction_date >= $6), 0)::bigint
            from day_volume v
            join merchant m using (merchant_id)
            where v.merchant_id >= $1 and v.merchant_id < $2 and v.transaction_date = any($7) and v.business_date <= $3 and m.state <> 'closed'
            group by v.merchant_id
            """,
            from, end, night.Date, fallFrom, baseFrom, marginFrom, calendar.Counted(baseFrom < marginFrom ? baseFrom : marginFrom, weekEnd));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            Judged++;
            var merchantId = reader.GetInt32(0);
            var facts = new VolumeFacts(reader.GetInt64(1), days, reader.GetInt64(2), baseDays, reader.GetInt64(3), reader.GetInt64(4));
            if (judgesFall && AlarmRules.Fall(policy, facts) is { } fallen)
            {
                Found.Add(new(AlarmKind.VolumeFall, merchantId, null), new(merchantId, fallen, new AlarmNumbers.Fall(
                    fallFrom, weekEnd, baseFrom, facts.NetFen, days, facts.BaseNetFen, baseDays, AlarmRules.FallPercent(facts))));
            }

            if (judgesMargin && AlarmRules.Margin(policy, facts) is { } below)
            {
                Found.Add(new(AlarmKind.NegativeMargin, merchantId, null), new(
                    merchantId, below, new AlarmNumbers.Margin(marginFrom, weekEnd, marginDays, facts.MarginNetFen, facts.MarginFen)));
            }
        }

        AddIf(judgesFall, AlarmKind.VolumeFall);
        AddIf(judgesMargin, AlarmKind.NegativeMargin);
    }

    private void AddIf(bool judges, AlarmKind kind)
    {
        if (judges)
        {
            _judged.Add(kind);
        }
    }

    private DateTime DayEnd() => BusinessTime.ToUtc(night.Date.AddDays(1).ToDateTime(TimeOnly.MinValue));

    private NpgsqlCommand Command(string sql, params IReadOnlyList<object> values)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return command;
    }
}
