using Acquiring.Backend.Platform;
using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Acquiring.Backend.Transactions.FeeDifferences;

/// <summary>A posted sale whose declared fee is not ours.</summary>
/// <param name="Difference">Declared less ours.</param>
public sealed record FeeDifference(
    DateOnly TransactionDate, string MerchantNo, string TerminalNo, int Stan, string Reference, CardKind CardKind, Money Amount,
    Money Declared, Money Ours, Money Difference, int FeePlanId, int FileId, int Line);

/// <summary>Sales whose declared fee is not ours, by transaction date.</summary>
internal static class FeeDifferencesEndpoint
{
    private const int KeyParts = 4;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/fee-differences", ListAsync).WithTags("Transactions")
            .WithName("listFeeDifferences").WithSummary("Posted sales whose declared fee is not ours")
            .Produces<Page<FeeDifference>>().ProducesProblem(StatusCodes.Status400BadRequest);

    private static async Task<IResult> ListAsync(
        NpgsqlDataSource database, DateOnly from, DateOnly to, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        if (from > to)
        {
            return ProblemResults.Of(Refusal.Of(
                RefusalKind.Invalid, "transactions.range-order", new Detail("from", $"{from:yyyy-MM-dd}"), new Detail("to", $"{to:yyyy-MM-dd}")));
        }

        if (!PageRequest.Of(cursor, limit, KeyParts).Accepted(out var page, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        var (afterDate, afterTerminal, afterStan, afterBatch) = (from, 0, 0, int.MinValue);
        if (!page.IsFirst && !(DateOnly.TryParseExact(page.After[0], "yyyy-MM-dd", out afterDate)
            & int.TryParse(page.After[1], out afterTerminal) & int.TryParse(page.After[2], out afterStan) & int.TryParse(page.After[3], out afterBatch)))
        {
            return ProblemResults.Of(Cursor.Bad());
        }

        await using var command = database.CreateCommand(
            """
            select j.transaction_date, m.merchant_no, t.terminal_no, j.stan, j.reference, j.card_kind, j.amount_fen, j.declared_fee_fen,
                   j.fee_fen, j.fee_plan_id, j.file_id, j.line_no, j.terminal_id, j.batch
            from journal j
            join merchant m using (merchant_id)
            join terminal t using (terminal_id)
            where j.declared_fee_fen is not null and j.kind = 1 and j.turn % 2 = 0
              and j.transaction_date between $1 and $2
              and (j.transaction_date, j.terminal_id, j.stan, j.batch) > ($3, $4, $5, $6)
              and not exists (select 1 from journal n
                              where n.transaction_date = j.transaction_date and n.terminal_id = j.terminal_id and n.stan = j.stan
                                and n.kind = j.kind and n.batch = j.batch and n.merchant_id = j.merchant_id and n.turn > j.turn)
            order by j.transaction_date, j.terminal_id, j.stan, j.batch
            limit $7
            """);
        object[] values = [from, to, afterDate, afterTerminal, afterStan, afterBatch, page.Limit + 1];
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        var rows = new List<(FeeDifference Row, int TerminalId, int Batch)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (declared, ours) = (reader.GetInt64(7), reader.GetInt64(8));
            var row = new FeeDifference(
                reader.GetFieldValue<DateOnly>(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetString(4),
                (CardKind)reader.GetInt16(5), new Money(reader.GetInt64(6)), new Money(declared), new Money(ours), new Money(declared - ours),
                reader.GetInt32(9), reader.GetInt32(10), reader.GetInt32(11));
            rows.Add((row, reader.GetInt32(12), reader.GetInt32(13)));
        }

        var cut = page.Cut(rows, r => [$"{r.Row.TransactionDate:yyyy-MM-dd}", $"{r.TerminalId}", $"{r.Row.Stan}", $"{r.Batch}"]);
        return Results.Ok(new Page<FeeDifference>(cut.Items.Select(i => i.Row).ToList(), cut.Next));
    }
}
