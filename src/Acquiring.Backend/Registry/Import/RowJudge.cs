using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;

namespace Acquiring.Backend.Registry.Import;

/// <summary>
/// Judges merchants and terminals against each other and against the registry, and finds what would change. Each statement marks the
/// rows it finds bad and returns them: line, what was found, and a word about it.
/// </summary>
internal sealed class RowJudge(ImportSql sql, ImportErrors errors)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await sql.RunAsync(
            """
            create index if not exists staged_merchant_by_no on staged_merchant (merchant_no);
            create index if not exists staged_terminal_by_no on staged_terminal (terminal_no);
            analyze staged_branch; analyze staged_merchant; analyze staged_terminal;
            """,
            cancellationToken);
        await JudgeMerchantsAsync(cancellationToken);
        await JudgeTerminalsAsync(cancellationToken);
    }

    private async Task JudgeMerchantsAsync(CancellationToken cancellationToken)
    {
        await FlagAsync(RegistryFile.Merchants, RegistryColumns.MerchantNo, "registry.row.repeated", "other",
            Repeated("staged_merchant", "merchant_no"), cancellationToken);

        await FlagDependentAsync(RegistryFile.Merchants, RegistryColumns.BranchCode, "registry.branch-unknown", RegistryFile.Branches,
            Marking("staged_merchant", """
                select s.line, s.branch_code as found,
                       (select min(b.line)::text from staged_branch b where b.branch_code = s.branch_code) as word
                from staged_merchant s
                where not s.bad
                  and not exists (select from branch b where b.branch_code = s.branch_code)
                  and not exists (select from staged_branch b where b.branch_code = s.branch_code and not b.bad)
                """), cancellationToken);

        await MerchantChanges.FindAsync(sql, cancellationToken);
        await FlagAsync(RegistryFile.Merchants, RegistryColumns.WholeRow, "registry.price-date-taken", "date",
            MerchantChanges.PriceDateTaken, cancellationToken);
        await FlagAsync(RegistryFile.Merchants, RegistryColumns.WholeRow, "registry.price-already-used", "date",
            MerchantChanges.PriceAlreadyUsed, cancellationToken);
        await FlagAsync(RegistryFile.Merchants, RegistryColumns.Mcc, "registry.mcc-date-taken", "date",
            MerchantChanges.MccDateTaken, cancellationToken);
        await FlagAsync(RegistryFile.Merchants, RegistryColumns.Mcc, "registry.mcc-already-used", "date",
            MerchantChanges.MccAlreadyUsed, cancellationToken);
    }

    private async Task JudgeTerminalsAsync(CancellationToken cancellationToken)
    {
        await FlagAsync(RegistryFile.Terminals, RegistryColumns.TerminalNo, "registry.row.repeated", "other",
            Repeated("staged_terminal", "terminal_no"), cancellationToken);
        await FlagAsync(RegistryFile.Terminals, RegistryColumns.SerialNo, "registry.serial-repeated", "other",
            Repeated("staged_terminal", "serial_no"), cancellationToken);

        await FlagDependentAsync(RegistryFile.Terminals, RegistryColumns.MerchantNo, "registry.merchant-unknown", RegistryFile.Merchants,
            Marking("staged_terminal", """
                select s.line, s.merchant_no as found,
                       (select min(m.line)::text from staged_merchant m where m.merchant_no = s.merchant_no) as word
                from staged_terminal s
                where not s.bad
                  and not exists (select from merchant m where m.merchant_no = s.merchant_no)
                  and not exists (select from staged_merchant m where m.merchant_no = s.merchant_no and not m.bad)
                """), cancellationToken);

        await FlagAsync(RegistryFile.Terminals, RegistryColumns.TerminalNo, "registry.terminal-is-plate", "terminalNo",
            TerminalChanges.IsPlate, cancellationToken);
        await TerminalChanges.FindAsync(sql, cancellationToken);
        await FlagAsync(RegistryFile.Terminals, RegistryColumns.MerchantNo, "registry.merchant-closed", "state",
            TerminalChanges.HolderClosed, cancellationToken);
        await FlagAsync(RegistryFile.Terminals, RegistryColumns.MerchantNo, "registry.holder-date-taken", "date",
            TerminalChanges.HolderDateTaken, cancellationToken);

        // A row that turns bad keeps its serial number, which another row may have counted on.
        while (await FlagAsync(RegistryFile.Terminals, RegistryColumns.SerialNo, "registry.serial-taken", "terminalNo",
            TerminalChanges.SerialTaken, cancellationToken) > 0)
        {
        }
    }

    private Task<int> FlagAsync(
        RegistryFile file, string column, string code, string word, string statement, CancellationToken cancellationToken) =>
        FlagAsync(file, column, statement, w => (code, [new Detail(word, w ?? "")]), cancellationToken);

    private Task<int> FlagDependentAsync(
        RegistryFile file, string column, string unknownCode, RegistryFile other, string statement, CancellationToken cancellationToken) =>
        FlagAsync(
            file, column, statement,
            row => row is null
                ? (unknownCode, [])
                : ("registry.depends-on-bad-row", [new Detail("file", RegistryRefusals.NameOf(other)), new Detail("row", row)]),
            cancellationToken);

    private async Task<int> FlagAsync(
        RegistryFile file, string column, string statement, Func<string?, (string Code, Detail[] Details)> say, CancellationToken cancellationToken)
    {
        var count = 0;
        await using var command = sql.Command(statement);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            count++;
            var (code, details) = say(reader.IsDBNull(2) ? null : reader.GetString(2));
            errors.Add(file, reader.GetInt32(0), column, code, reader.GetString(1), details);
        }

        return count;
    }

    /// <summary>Marks the rows a query finds and gives them back in order. The query returns line, found, word.</summary>
    internal static string Marking(string table, string query) => $"""
        with faulty as materialized (
        {query}
        ), marked as (
            update {table} s set bad = true from faulty f where s.line = f.line
        )
        select line, found, word from faulty order by line
        """;

    // Of two rows with one number nobody can say which is right: both are bad, also of those with other faults.
    private static string Repeated(string table, string column) => Marking(table, $"""
        select line, {column} as found,
               (case when line = min(line) over same then nth_value(line, 2) over same else min(line) over same end)::text as word
        from {table}
        where {column} in (select {column} from {table} group by {column} having count(*) > 1)
        window same as (partition by {column} order by line rows between unbounded preceding and unbounded following)
        """);
}
