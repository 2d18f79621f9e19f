using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Merchants.Blacklist;

/// <summary>Why an act about a blacklist is not done.</summary>
internal static class BlacklistRefusals
{
    public static Refusal Unknown(int caseId) => Refusal.Of(RefusalKind.NotFound, "blacklist-case.unknown", new Detail("blacklistCaseId", $"{caseId}"));

    public static Refusal Decided(BlacklistCaseState state) =>
        Refusal.Of(RefusalKind.Conflict, "blacklist-case.decided", new Detail("state", MerchantRefusals.Word(state)));

    public static Refusal BadMode(string mode) => Refusal.Of(RefusalKind.Invalid, "blacklist.mode", new Detail("mode", mode));

    public static Refusal NoSuchMatch(int entryId) => Refusal.Of(RefusalKind.NotFound, "onboarding.no-such-match", new Detail("entryId", $"{entryId}"));

    /// <summary>Of a merchant that is on the list and neither cleared nor told apart: it gets no machine, and no hold of it is lifted.</summary>
    public static async Task<Refusal?> CaseOpenAsync(NpgsqlConnection connection, int merchantId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select blacklist_case_id, due_on from blacklist_case where merchant_id = $1 and state = 'open'", connection);
        command.Parameters.Add(new() { Value = merchantId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? CaseOpen(reader.GetInt32(0), reader.GetFieldValue<DateOnly>(1)) : null;
    }

    public static Refusal CaseOpen(int caseId, DateOnly dueOn) => Refusal.Of(
        RefusalKind.Conflict, "merchants.blacklist-case-open", new Detail("blacklistCaseId", $"{caseId}"), new Detail("dueOn", $"{dueOn:yyyy-MM-dd}"));
}
