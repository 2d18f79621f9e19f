using System.Globalization;
using System.Text.Json.Nodes;
using Acquiring.Backend.Merchants.Blacklist;
using Acquiring.Backend.Onboarding.Duplicates;
using Acquiring.Backend.Platform;
using Acquiring.Core.Onboarding;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Onboarding.Reading;

/// <param name="DuplicateBy">What it shares with merchants or other applications; its own page says with which.</param>
/// <param name="MerchantNo">Of one that was approved.</param>
public sealed record ApplicationListItem(
    Guid ApplicationId, int Version, ApplicationState State, string RegisteredName, string BranchCode, string Mcc, string Township,
    IReadOnlyList<DuplicateReason> DuplicateBy, string? MerchantNo, DateTimeOffset ChangedAt);

/// <param name="Version">The application's version that the step made.</param>
/// <param name="From">None for the first.</param>
/// <param name="Details">What belongs to the act: the fixes that were asked for, the merchant that was made.</param>
public sealed record ApplicationStepAnswer(
    int Version, ApplicationAct Act, ApplicationState? From, ApplicationState To, string Why, string Actor, DateTimeOffset At, JsonNode Details);

/// <summary>Reads applications: one, the list, the history of one.</summary>
public sealed class ReadApplications(NpgsqlDataSource database, ApplicationSeals seals, FormBook forms, TimeProvider clock)
{
    /// <summary>For one page of duplicates.</summary>
    public const int LookedAtMax = 1_000;

    internal const string ListSql =
        """
        select * from (
            select a.application_id, a.version, a.state, a.registered_name, a.branch_code, a.mcc, a.township,
                   array_remove(array[
                       case when exists (select from merchant_application o where o.licence_mark = a.licence_mark and o.application_id <> a.application_id) then 1 end,
                       case when exists (select from merchant_application o where o.holder_mark = a.holder_mark and o.application_id <> a.application_id)
                              or exists (select from merchant o where o.credit_code_mark = a.holder_mark and o.merchant_id is distinct from a.merchant_id) then 2 end,
                       case when exists (select from merchant_application o where o.account_mark = a.account_mark and o.application_id <> a.application_id)
                              or exists (select from merchant o where o.settlement_account_mark = a.account_mark and o.merchant_id is distinct from a.merchant_id) then 3 end,
                       case when exists (select from merchant_application o where o.phone_mark = a.phone_mark and o.application_id <> a.application_id) then 4 end,
                       case when exists (select from merchant_application o where o.premises_mark = a.premises_mark and o.application_id <> a.application_id) then 5 end
                   ], null) as duplicate_by,
                   m.merchant_no, a.changed_at
            from merchant_application a
            left join merchant m on m.merchant_id = a.merchant_id
            where ($1::uuid is null or a.application_id < $1) and ($2::text is null or a.state = $2) and ($3::text is null or a.branch_code = $3)
                  and ($6::uuid is null or a.application_id >= $6)
        ) listed
        where not $4 or cardinality(duplicate_by) > 0
        order by application_id desc
        limit $5
        """;

    /// <summary>Open faults are judged as of today.</summary>
    internal async Task<Result<(StoredApplication Application, ApplicationRecord Record)>> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await ApplicationRows.ReadAsync(connection, seals, id, cancellationToken) is not { } application)
        {
            return OnboardingRefusals.Unknown(id);
        }

        var isOpen = ApplicationStanding.LegalFrom(application.State).Count > 0;
        IReadOnlyList<FieldFault> faults = isOpen
            ? await ApplicationForms.JudgeAsync(
                connection, forms.Find(application.FormVersion)!, application.Form, BusinessTime.Today(clock), cancellationToken)
            : [];
        return (application, new ApplicationRecord(
            id, application.Version, application.State, application.FormVersion, faults, application.Fixes,
            await FindDuplicates.OfAsync(connection, id, seals.MarksOf(application.Form), cancellationToken))
        {
            Blacklist = isOpen ? await BlacklistMatch.FindAsync(connection, id, seals.ListedMarksOf(application.Form), cancellationToken) : [],
        });
    }

    /// <summary>
    /// The latest first, by the time in the ids. Duplicates alone are sought among so many applications as <see cref="LookedAtMax"/> for one
    /// page, since what an application shares with others is found out by asking: a page of them may be short, or empty, and go on.
    /// </summary>
    public async Task<Result<Page<ApplicationListItem>>> ListAsync(
        ApplicationState? state, string? branchCode, bool duplicatesOnly, PageRequest page, CancellationToken cancellationToken)
    {
        Guid? before = null;
        if (!page.IsFirst)
        {
            if (!Guid.TryParseExact(page.After[0], "D", out var id))
            {
                return Cursor.Bad();
            }

            before = id;
        }

        var (word, branch) = (state is { } s ? ApplicationStanding.Word(s) : null, branchCode);
        var from = duplicatesOnly ? await LastLookedAtAsync(before, word, branch, cancellationToken) : null;
        await using var command = database.CreateCommand(ListSql);
        ApplicationRows.Add(command, NpgsqlDbType.Uuid, before);
        ApplicationRows.Add(command, NpgsqlDbType.Text, word);
        ApplicationRows.Add(command, NpgsqlDbType.Text, branch);
        ApplicationRows.Add(command, NpgsqlDbType.Boolean, duplicatesOnly);
        ApplicationRows.Add(command, NpgsqlDbType.Integer, page.Limit + 1);
        ApplicationRows.Add(command, NpgsqlDbType.Uuid, from);
        var items = new List<ApplicationListItem>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            items.Add(new(
                reader.GetGuid(0), reader.GetInt32(1), ApplicationRows.StateOf(reader.GetString(2)), reader.GetString(3), reader.GetString(4),
                reader.GetString(5), reader.GetString(6), [.. reader.GetFieldValue<int[]>(7).Select(r => (DuplicateReason)r)],
                reader.IsDBNull(8) ? null : reader.GetString(8), new DateTimeOffset(reader.GetDateTime(9))));
        }

        var cut = page.Cut(items, i => [$"{i.ApplicationId}"]);
        return cut.Next is null && from is { } last ? cut with { Next = Cursor.Of([$"{last}"]) } : cut;
    }

    /// <summary><c>null</c> when all that are left may be looked at.</summary>
    private async Task<Guid?> LastLookedAtAsync(Guid? before, string? state, string? branchCode, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            select application_id
            from merchant_application a
            where ($1::uuid is null or a.application_id < $1) and ($2::text is null or a.state = $2) and ($3::text is null or a.branch_code = $3)
            order by application_id desc
            limit 1 offset {LookedAtMax - 1}
            """);
        ApplicationRows.Add(command, NpgsqlDbType.Uuid, before);
        ApplicationRows.Add(command, NpgsqlDbType.Text, state);
        ApplicationRows.Add(command, NpgsqlDbType.Text, branchCode);
        return await command.ExecuteScalarAsync(cancellationToken) as Guid?;
    }

    /// <summary>The latest first. Refuses an unknown application and a bad cursor.</summary>
    public async Task<Result<Page<ApplicationStepAnswer>>> HistoryAsync(Guid id, PageRequest page, CancellationToken cancellationToken)
    {
        var before = int.MaxValue;
        if (!page.IsFirst && !int.TryParse(page.After[0], NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            return Cursor.Bad();
        }

        await using var command = database.CreateCommand(
            """
            select s.version, s.act, s.from_state, s.to_state, s.why, s.actor, s.at, s.details::text
            from merchant_application a
            left join application_step s on s.application_id = a.application_id and s.version < $2
            where a.application_id = $1
            order by s.version desc
            limit $3
            """);
        ApplicationRows.Add(command, NpgsqlDbType.Uuid, id);
        ApplicationRows.Add(command, NpgsqlDbType.Integer, before);
        ApplicationRows.Add(command, NpgsqlDbType.Integer, page.Limit + 1);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return OnboardingRefusals.Unknown(id);
        }

        var steps = new List<ApplicationStepAnswer>();
        do
        {
            if (!reader.IsDBNull(0))
            {
                steps.Add(new(
                    reader.GetInt32(0), Enum.Parse<ApplicationAct>(reader.GetString(1), ignoreCase: true),
                    reader.IsDBNull(2) ? null : ApplicationRows.StateOf(reader.GetString(2)), ApplicationRows.StateOf(reader.GetString(3)),
                    reader.GetString(4), reader.GetString(5), new DateTimeOffset(reader.GetDateTime(6)), JsonNode.Parse(reader.GetString(7))!));
            }
        }
        while (await reader.ReadAsync(cancellationToken));
        return page.Cut(steps, s => [$"{s.Version}"]);
    }
}
