using Acquiring.Core.Registry;

namespace Acquiring.Backend.Registry.Import;

/// <summary>How many rows an import wrote.</summary>
internal sealed record RegistryApplied(
    (int Added, int Changed) Branches, (int Added, int Changed) Merchants, (int Added, int Changed) Terminals,
    int PricesChanged, int TerminalsRebound)
{
    public (int Added, int Changed) Of(RegistryFile file) => file switch
    {
        RegistryFile.Branches => Branches,
        RegistryFile.Merchants => Merchants,
        RegistryFile.Terminals => Terminals,
        _ => throw new ArgumentOutOfRangeException(nameof(file), file, null),
    };
}

/// <summary>
/// Writes what the judged rows change, in the order of the tables and of their keys. Their keys stay, and so their locks leave free what a
/// sale needs of them (that they are there): a long rehearsal keeps no sale waiting.
/// </summary>
internal static class RegistryApply
{
    public static async Task<RegistryApplied> RunAsync(
        ImportSql sql, IReadOnlyDictionary<RegistryFile, int> rows, IRegistryImportProgress? progress, CancellationToken cancellationToken)
    {
        var branchesChanged = await UpdateBranchesAsync(sql, cancellationToken);
        var branchesAdded = await AddBranchesAsync(sql, cancellationToken);
        Written(RegistryFile.Branches);
        await MerchantChanges.AddMccsAsync(sql, cancellationToken);
        await MerchantChanges.MoveAsync(sql, cancellationToken);
        await MerchantChanges.UpdateAsync(sql, cancellationToken);
        var prices = await MerchantChanges.AddPricesAsync(sql, cancellationToken);
        var merchantsAdded = await MerchantChanges.AddAsync(sql, cancellationToken);
        Written(RegistryFile.Merchants);
        await TerminalChanges.UpdateAsync(sql, cancellationToken);
        var rebound = await TerminalChanges.RebindAsync(sql, cancellationToken);
        var terminalsAdded = await TerminalChanges.AddAsync(sql, cancellationToken);
        await sql.RunAsync("select record_binding_changes(null)", cancellationToken);
        Written(RegistryFile.Terminals);
        return new(
            (branchesAdded, branchesChanged),
            (merchantsAdded, await MerchantChanges.CountAsync(sql, cancellationToken)),
            (terminalsAdded, await TerminalChanges.CountAsync(sql, cancellationToken)),
            prices, rebound);

        void Written(RegistryFile file) => progress?.Written(rows.GetValueOrDefault(file));
    }

    private static Task<int> UpdateBranchesAsync(ImportSql sql, CancellationToken cancellationToken) => sql.RunAsync(
        """
        with locked as materialized (
            select b.branch_code
            from branch b
            join staged_branch s on s.branch_code = b.branch_code and not s.bad
            where (b.name, b.parent_branch_code) is distinct from (s.name, s.parent_branch_code)
            order by b.branch_code
            for no key update of b
        )
        update branch b
        set name = s.name, parent_branch_code = s.parent_branch_code, version = b.version + 1
        from locked l
        join staged_branch s on s.branch_code = l.branch_code and not s.bad
        where b.branch_code = l.branch_code
        """,
        cancellationToken);

    private static Task<int> AddBranchesAsync(ImportSql sql, CancellationToken cancellationToken) => sql.RunAsync(
        """
        insert into branch (branch_code, name, parent_branch_code)
        select s.branch_code, s.name, s.parent_branch_code
        from staged_branch s
        where not s.bad and not exists (select from branch b where b.branch_code = s.branch_code)
        order by s.branch_code
        """,
        cancellationToken);
}
