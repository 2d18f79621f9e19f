using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Registry.Import;

/// <summary>
/// Judges the branches against each other and the known ones, and puts them where the statements for merchants look. A bad branch makes
/// those below it bad, unless the registry knows it already.
/// </summary>
internal sealed class BranchJudge(ImportSql sql, StagedRegistry staged, ImportErrors errors)
{
    private const RegistryFile File = RegistryFile.Branches;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (staged.Branches.Count == 0)
        {
            return;
        }

        var known = await KnownParentsAsync(cancellationToken);
        var good = OnlyOnce();
        while (MarkUnknownParents(good, known) + MarkCycles(good, known) > 0)
        {
            // A branch that turned bad may have been the parent of another.
        }

        await CopyAsync(good, cancellationToken);
    }

    private Dictionary<string, StagedBranch> OnlyOnce()
    {
        var good = new Dictionary<string, StagedBranch>(StringComparer.Ordinal);
        foreach (var same in staged.Branches.GroupBy(b => b.BranchCode, StringComparer.Ordinal))
        {
            var rows = same.ToList();
            if (rows.Count == 1)
            {
                if (rows[0].Row is not null)
                {
                    good.Add(same.Key, rows[0]);
                }

                continue;
            }

            foreach (var row in rows)
            {
                var other = rows[row == rows[0] ? 1 : 0];
                errors.Add(File, row.Line, RegistryColumns.BranchCode, "registry.row.repeated", same.Key, new Detail("other", $"{other.Line}"));
            }
        }

        return good;
    }

    private int MarkUnknownParents(Dictionary<string, StagedBranch> good, Dictionary<string, string?> known)
    {
        var orphans = good.Values
            .Where(b => b.Row!.ParentBranchCode is { } parent && !good.ContainsKey(parent) && !known.ContainsKey(parent))
            .OrderBy(b => b.Line).ToList();
        foreach (var orphan in orphans)
        {
            var parent = orphan.Row!.ParentBranchCode!;
            var bad = staged.Branches.FirstOrDefault(b => b.BranchCode == parent);
            good.Remove(orphan.BranchCode);
            if (bad is null)
            {
                errors.Add(File, orphan.Line, RegistryColumns.ParentBranchCode, "registry.branch-unknown", parent);
            }
            else
            {
                errors.Add(File, orphan.Line, RegistryColumns.ParentBranchCode, "registry.depends-on-bad-row", parent,
                    new Detail("file", RegistryRefusals.NameOf(File)), new Detail("row", $"{bad.Line}"));
            }
        }

        return orphans.Count;
    }

    private int MarkCycles(Dictionary<string, StagedBranch> good, Dictionary<string, string?> known)
    {
        var parents = new Dictionary<string, string?>(known, StringComparer.Ordinal);
        foreach (var branch in good.Values)
        {
            parents[branch.BranchCode] = branch.Row!.ParentBranchCode;
        }

        var onCycles = BranchTree.OnCycles(parents);
        var rows = good.Values.Where(b => onCycles.Contains(b.BranchCode)).OrderBy(b => b.Line).ToList();
        foreach (var row in rows)
        {
            errors.Add(File, row.Line, RegistryColumns.ParentBranchCode, "registry.branch-cycle", row.Row!.ParentBranchCode!);
            good.Remove(row.BranchCode);
        }

        return rows.Count;
    }

    private async Task<Dictionary<string, string?>> KnownParentsAsync(CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, string?>(StringComparer.Ordinal);
        await using var command = sql.Command("select branch_code, parent_branch_code from branch");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            known.Add(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1));
        }

        return known;
    }

    private async Task CopyAsync(Dictionary<string, StagedBranch> good, CancellationToken cancellationToken)
    {
        const string copy = "copy staged_branch (line, branch_code, name, parent_branch_code, bad) from stdin (format binary)";
        await using NpgsqlBinaryImporter importer = await sql.Connection.BeginBinaryImportAsync(copy, cancellationToken);
        foreach (var branch in staged.Branches)
        {
            var isGood = good.TryGetValue(branch.BranchCode, out var kept) && kept == branch;
            await importer.StartRowAsync(cancellationToken);
            await importer.WriteAsync(branch.Line, NpgsqlDbType.Integer, cancellationToken);
            await importer.WriteAsync(branch.BranchCode, NpgsqlDbType.Text, cancellationToken);
            await importer.WriteAsync(branch.Row?.Name, NpgsqlDbType.Text, cancellationToken);
            await importer.WriteAsync(branch.Row?.ParentBranchCode, NpgsqlDbType.Text, cancellationToken);
            await importer.WriteAsync(!isGood, NpgsqlDbType.Boolean, cancellationToken);
        }

        await importer.CompleteAsync(cancellationToken);
    }
}
