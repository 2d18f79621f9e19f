using System.Globalization;
using System.Reflection;

namespace Acquiring.Backend.Platform.Migrations;

/// <summary>Migrations in order, numbered from 1 without a gap, each with its check. Anything else is a bug and throws.</summary>
public sealed class MigrationSet
{
    private const string MigrationPrefix = "migrations/";
    private const string CheckPrefix = "checks/";

    public MigrationSet(IEnumerable<Migration> migrations)
    {
        All = [.. migrations.OrderBy(m => m.Number)];
        for (var i = 0; i < All.Count; i++)
        {
            if (All[i].Number != i + 1)
            {
                throw new InvalidOperationException($"migrations are numbered from 1 without gap or repetition; number {i + 1} is {All[i].Number} ({All[i].Name})");
            }
        }
    }

    /// <summary>The product's own, from <c>db/</c>.</summary>
    public static MigrationSet Embedded { get; } = FromResources(typeof(MigrationSet).Assembly);

    public IReadOnlyList<Migration> All { get; }

    /// <summary>The number of a fully migrated database.</summary>
    public int Last => All.Count;

    /// <summary>The schema as it was at a number; for tests and for rehearsing an upgrade.</summary>
    public MigrationSet UpTo(int number) => new(All.Where(m => m.Number <= number));

    private static MigrationSet FromResources(Assembly assembly)
    {
        var names = assembly.GetManifestResourceNames();
        var migrations = names.Where(n => n.StartsWith(MigrationPrefix, StringComparison.Ordinal)).Select(n => n[MigrationPrefix.Length..]).ToList();
        var checks = names.Where(n => n.StartsWith(CheckPrefix, StringComparison.Ordinal)).Select(n => n[CheckPrefix.Length..]).ToList();
        if (checks.Except(migrations, StringComparer.Ordinal).FirstOrDefault() is { } orphan)
        {
            throw new InvalidOperationException($"check {orphan} belongs to no migration");
        }

        return new(migrations.Select(file => new Migration(
            int.Parse(file.AsSpan(0, file.IndexOf('_', StringComparison.Ordinal)), NumberStyles.None, CultureInfo.InvariantCulture),
            Path.GetFileNameWithoutExtension(file)[(file.IndexOf('_', StringComparison.Ordinal) + 1)..],
            Read(assembly, MigrationPrefix + file),
            checks.Contains(file, StringComparer.Ordinal)
                ? Read(assembly, CheckPrefix + file)
                : throw new InvalidOperationException($"migration {file} has no check"))));
    }

    private static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
