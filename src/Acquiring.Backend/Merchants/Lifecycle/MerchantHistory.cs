using System.Globalization;
using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;
using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.Merchants.Lifecycle;

/// <param name="Version">The merchant's version that the step made.</param>
/// <param name="Act">Its word, such as <c>suspend</c> or <c>confirmAttribute</c>; the list grows.</param>
/// <param name="Details">What belongs to the act: scopes and cure of a hold, the number of the one that was lifted.</param>
public sealed record MerchantStepAnswer(
    int Version, string Act, MerchantState From, MerchantState To, string Why, string Actor, DateTimeOffset At, JsonNode Details);

/// <summary>What people did with a merchant, the latest first.</summary>
public sealed class MerchantHistory(NpgsqlDataSource database)
{
    /// <summary>Refuses an unknown merchant and a bad cursor.</summary>
    public async Task<Result<Page<MerchantStepAnswer>>> ListAsync(string merchantNo, PageRequest page, CancellationToken cancellationToken)
    {
        var before = int.MaxValue;
        if (!page.IsFirst && !int.TryParse(page.After[0], NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            return Cursor.Bad();
        }

        await using var command = database.CreateCommand(
            """
            select s.version, s.act, s.from_state, s.to_state, s.why, s.actor, s.at, s.details::text
            from merchant m
            left join merchant_step s on s.merchant_id = m.merchant_id and s.version < $2
            where m.merchant_no = $1
            order by s.version desc
            limit $3
            """);
        command.Parameters.Add(new() { Value = merchantNo });
        command.Parameters.Add(new() { Value = before });
        command.Parameters.Add(new() { Value = page.Limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return MerchantRefusals.Unknown(merchantNo);
        }

        var steps = new List<MerchantStepAnswer>();
        do
        {
            if (!reader.IsDBNull(0))
            {
                steps.Add(new(
                    reader.GetInt32(0), reader.GetString(1), MerchantRows.StateOf(reader.GetString(2)),
                    MerchantRows.StateOf(reader.GetString(3)), reader.GetString(4), reader.GetString(5), new DateTimeOffset(reader.GetDateTime(6)),
                    JsonNode.Parse(reader.GetString(7))!));
            }
        }
        while (await reader.ReadAsync(cancellationToken));
        return page.Cut(steps, s => [$"{s.Version}"]);
    }
}
