using Acquiring.Backend.Registry;
using Acquiring.Core.Clearing;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Terminals.BindingCases;

/// <summary>
/// Opens a case where transactions disagree with the binding of a known machine: another merchant holds it, nobody does, or the merchant
/// named is none. A machine nobody knows has no binding to disagree with. One case is open for a machine and kind; what comes again is
/// counted there, the same transaction once.
/// </summary>
internal static class OpenBindingCases
{
    /// <summary>Of the transactions of a case the latest are named.</summary>
    private const int KeysMax = 50;

    /// <summary>One statement for all lines; none when there is nothing to open. Rows are taken in key order.</summary>
    public static async Task RunAsync(
        NpgsqlConnection connection, RegistrySnapshot registry, IEnumerable<(ClearingLine Line, HoldReason Reason)> held, DateTime nowUtc,
        CancellationToken cancellationToken)
    {
        var cases = new SortedDictionary<(int TerminalId, string Kind), Seen>();
        foreach (var (line, reason) in held)
        {
            if (reason is HoldReason.BoundToAnother or HoldReason.UnknownMerchant && registry.TryTerminal(line.TerminalNo.Text, out var terminal))
            {
                var boundTo = terminal.MerchantIdAt(line.OccurredAt);
                var kind = reason == HoldReason.UnknownMerchant ? "unknownMerchant" : boundTo is null ? "boundToNobody" : "boundToAnother";
                if (!cases.TryGetValue((terminal.TerminalId, kind), out var seen))
                {
                    cases.Add((terminal.TerminalId, kind), seen = new());
                }

                seen.Keys.Add($"{line.TransactionDate:yyyyMMdd}-{line.Batch}-{line.Stan:D6}-{line.Kind}");
                (seen.MerchantNo, seen.BoundMerchantNo) = (line.MerchantNo.Text, boundTo is { } id ? registry.MerchantNoOf(id) : "");
            }
        }

        if (cases.Count == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(
            """
            insert into binding_case (terminal_id, kind, merchant_no, bound_merchant_no, first_seen, last_seen, transactions, transaction_keys)
            select terminal_id, kind, merchant_no, nullif(bound, ''), $7, $7, transactions, string_to_array(keys, ' ')
            from unnest($1, $2, $3, $4, $5, $6) as seen (terminal_id, kind, merchant_no, bound, transactions, keys)
            order by terminal_id, kind
            on conflict (terminal_id, kind) where state = 'open' do update
               set merchant_no = excluded.merchant_no, bound_merchant_no = excluded.bound_merchant_no, last_seen = excluded.last_seen,
                   transactions = binding_case.transactions + excluded.transactions
                       - (select count(*) from unnest(excluded.transaction_keys) k where k = any (binding_case.transaction_keys)),
                   transaction_keys = array(
                       select k from (
                           select k, max(n) as latest
                           from unnest(binding_case.transaction_keys || excluded.transaction_keys) with ordinality as u (k, n)
                           group by k
                           order by latest desc
                           limit $8) kept
                       order by latest)
             where not excluded.transaction_keys <@ binding_case.transaction_keys
            """,
            connection);
        command.Parameters.Add(new() { Value = cases.Keys.Select(k => k.TerminalId).ToArray() });
        command.Parameters.Add(new() { Value = cases.Keys.Select(k => k.Kind).ToArray() });
        command.Parameters.Add(new() { Value = cases.Values.Select(s => s.MerchantNo).ToArray() });
        command.Parameters.Add(new() { Value = cases.Values.Select(s => s.BoundMerchantNo).ToArray() });
        command.Parameters.Add(new() { Value = cases.Values.Select(s => s.Keys.Count).ToArray() });
        command.Parameters.Add(new() { Value = cases.Values.Select(s => string.Join(' ', s.Keys.TakeLast(KeysMax))).ToArray() });
        command.Parameters.Add(new() { Value = nowUtc });
        command.Parameters.Add(new() { Value = KeysMax });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private sealed class Seen
    {
        public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);

        public string MerchantNo { get; set; } = "";

        public string BoundMerchantNo { get; set; } = "";
    }
}
