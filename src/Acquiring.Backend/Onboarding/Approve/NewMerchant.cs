using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Onboarding;
using Npgsql;

namespace Acquiring.Backend.Onboarding.Approve;

/// <summary>The merchant that an approved application becomes, active from its first version on.</summary>
internal static class NewMerchant
{
    public static async Task<int> InsertAsync(
        NpgsqlConnection connection, PersonalDataProtector protector, string merchantNo, ApplicationForm form, string why, string actor, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        var holder = ApplicationSeals.HolderOf(form)!;
        await using var command = new NpgsqlCommand(
            """
            with made as (
                insert into merchant (merchant_no, name, mcc, branch_code, township, credit_code_sealed, credit_code_mark,
                                      settlement_account_sealed, settlement_account_mark, trade_name, state, version, changed_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $13, 'active', 1, $10)
                returning merchant_id
            )
            insert into merchant_step (merchant_id, version, act, from_state, to_state, why, actor, at)
            select merchant_id, 1, 'activate', 'signed', 'active', $11, $12, $10 from made
            returning merchant_id
            """,
            connection);
        foreach (var value in (object[])
        [
            merchantNo, form.RegisteredName!, form.Mcc!, form.BranchCode!, form.Premises!.Township!,
            protector.Seal(holder), protector.Mark(MarkPurposes.CreditCode, holder),
            protector.Seal(form.SettlementAccount!), protector.Mark(MarkPurposes.Account, form.SettlementAccount!), nowUtc, why, actor, form.TradeName ?? "",
        ])
        {
            command.Parameters.Add(new() { Value = value });
        }

        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
