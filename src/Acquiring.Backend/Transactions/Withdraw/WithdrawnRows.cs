using Npgsql;

namespace Acquiring.Backend.Transactions.Withdraw;

internal sealed record FileToWithdraw(int FileId, string Name, DateOnly BusinessDate, string State);

/// <summary>The statements of a withdrawal that touch every line of the file; done by the database, whatever the file's size.</summary>
internal static class WithdrawnRows
{
    public static async Task<FileToWithdraw?> FindFileAsync(NpgsqlConnection connection, int fileId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select o.file_id, o.file_name, o.business_date, o.state
            from clearing_file f
            join clearing_file o on o.file_id = coalesce(f.repeat_of_file_id, f.file_id)
            where f.file_id = $1
            for update
            """,
            connection);
        command.Parameters.Add(new() { Value = fileId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new FileToWithdraw(reader.GetInt32(0), reader.GetString(1), reader.GetFieldValue<DateOnly>(2), reader.GetString(3))
            : null;
    }

    /// <summary>Takes back each live row of the file and the sums with it. Returns how many.</summary>
    public static async Task<long> TakeBackAsync(
        NpgsqlConnection connection, int fileId, DateOnly businessDate, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with taken_back as (
                insert into journal (occurred_at, amount_fen, fee_fen, issuer_fee_fen, network_fee_fen, declared_fee_fen, card,
                                     transaction_date, business_date, merchant_id, terminal_id, stan, batch, file_id, line_no,
                                     fee_plan_id, original_date, original_terminal_id, original_stan, original_batch, kind, turn,
                                     plan_term, tariff_rule_id, card_kind, pay_type, reference, card_reference)
                select occurred_at, -amount_fen, -fee_fen, -issuer_fee_fen, -network_fee_fen, declared_fee_fen, card,
                       transaction_date, $2, merchant_id, terminal_id, stan, batch, file_id, line_no,
                       fee_plan_id, original_date, original_terminal_id, original_stan, original_batch, kind, turn + 1,
                       plan_term, tariff_rule_id, card_kind, pay_type, reference, card_reference
                from journal j
                where j.file_id = $1 and j.turn % 2 = 0
                  and j.transaction_date between (select min(first_transaction_date) from clearing_chunk where file_id = $1)
                                             and (select max(last_transaction_date) from clearing_chunk where file_id = $1)
                  and not exists (select 1 from journal n
                                  where n.transaction_date = j.transaction_date and n.terminal_id = j.terminal_id and n.stan = j.stan
                                    and n.kind = j.kind and n.batch = j.batch and n.merchant_id = j.merchant_id and n.turn > j.turn)
                returning transaction_date, merchant_id, terminal_id, business_date, pay_type, kind, amount_fen, fee_fen,
                          issuer_fee_fen, network_fee_fen
            ), summed as (
                insert into day_volume_delta (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds,
                                              reversals, gross_fen, refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
                select transaction_date, merchant_id, terminal_id, business_date, pay_type,
                       -count(*) filter (where kind = 1), -count(*) filter (where kind = 2), -count(*) filter (where kind = 3),
                       coalesce(sum(amount_fen) filter (where kind = 1), 0), coalesce(sum(amount_fen) filter (where kind > 1), 0),
                       coalesce(sum(amount_fen) filter (where kind = 3), 0), sum(fee_fen), sum(issuer_fee_fen), sum(network_fee_fen)
                from taken_back
                group by transaction_date, merchant_id, terminal_id, business_date, pay_type
            )
            select count(*) from taken_back
            """,
            connection)
        {
            // A file of millions of lines takes longer than the default; the caller's own cancellation bounds it.
            CommandTimeout = 0,
        };
        command.Parameters.Add(new() { Value = fileId });
        command.Parameters.Add(new() { Value = businessDate });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public static async Task<long> WithdrawHeldAsync(
        NpgsqlConnection connection, int fileId, DateTime decidedAtUtc, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            with was as (
                select held_line_id, state from held_line where file_id = $1 and state <> 'withdrawn' for update
            ), gone as (
                update held_line h set state = 'withdrawn', decided_at = $2, version = version + 1
                from was where was.held_line_id = h.held_line_id
            )
            select count(*) filter (where state = 'held') from was
            """,
            connection);
        command.Parameters.Add(new() { Value = fileId });
        command.Parameters.Add(new() { Value = decidedAtUtc });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The file and its repetitions: they brought the same bytes, so they are as wrong as it is.</summary>
    public static async Task MarkAsync(NpgsqlConnection connection, int fileId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "update clearing_file set state = 'withdrawn' where file_id = $1 or repeat_of_file_id = $1", connection);
        command.Parameters.Add(new() { Value = fileId });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<IReadOnlyList<string>> OverlappingAsync(
        NpgsqlConnection connection, int fileId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select distinct coalesce(f.file_name, 'online') as name
            from clearing_overlap o
            left join clearing_file f using (file_id)
            where o.of_file_id = $1 and (o.file_id = 0 or f.state <> 'withdrawn')
            order by name
            """,
            connection);
        command.Parameters.Add(new() { Value = fileId });
        var names = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }
}
