using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Onboarding.Duplicates;

/// <summary>What two have in common.</summary>
public enum DuplicateReason
{
    Licence = 1,

    /// <summary>The credit code, or the ID number of the person in charge.</summary>
    Holder,
    Account,
    Phone,

    /// <summary>The address, whatever blanks, brackets and widths it is written with.</summary>
    Premises,
}

/// <summary>A merchant or another application that has something in common. Flagged, never merged: a person decides.</summary>
/// <param name="MerchantNo">Of a merchant, or of an application that became one.</param>
/// <param name="ApplicationId">Of an application.</param>
/// <param name="State">Where that one stands.</param>
public sealed record ApplicationDuplicate(DuplicateReason Reason, string? MerchantNo, Guid? ApplicationId, string Name, string State);

/// <summary>Finds duplicates by keyed digests: what is compared is sealed.</summary>
internal static class FindDuplicates
{
    /// <summary>A number that a hundred share is a matter of its own.</summary>
    public const int Max = 100;

    public static async Task<IReadOnlyList<ApplicationDuplicate>> OfAsync(
        NpgsqlConnection connection, Guid id, ApplicationMarks marks, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select d.reason, m.merchant_no, d.application_id, coalesce(d.registered_name, m.name), coalesce(d.state, m.state)
            from (
                select 1 as reason, merchant_id, application_id, registered_name, state from merchant_application where licence_mark = $2
                union all
                select 2, merchant_id, application_id, registered_name, state from merchant_application where holder_mark = $3
                union all
                select 2, merchant_id, null, null, null from merchant where credit_code_mark = $3
                union all
                select 3, merchant_id, application_id, registered_name, state from merchant_application where account_mark = $4
                union all
                select 3, merchant_id, null, null, null from merchant where settlement_account_mark = $4
                union all
                select 4, merchant_id, application_id, registered_name, state from merchant_application where phone_mark = $5
                union all
                select 5, merchant_id, application_id, registered_name, state from merchant_application where premises_mark = $6
            ) d
            left join merchant m on m.merchant_id = d.merchant_id
            where d.application_id is distinct from $1
              and (d.application_id is not null
                   or not exists (select from merchant_application own where own.merchant_id = d.merchant_id and own.application_id = $1))
            order by 1, 3, 2
            limit {Max}
            """,
            connection);
        ApplicationRows.Add(command, NpgsqlDbType.Uuid, id);
        foreach (var mark in (byte[]?[])[marks.Licence, marks.Holder, marks.Account, marks.Phone, marks.Premises])
        {
            ApplicationRows.Add(command, NpgsqlDbType.Bytea, mark);
        }

        var found = new List<ApplicationDuplicate>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new(
                (DuplicateReason)reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetGuid(2),
                reader.GetString(3), reader.GetString(4)));
        }

        return found;
    }
}
