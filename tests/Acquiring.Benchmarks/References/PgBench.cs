using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Acquiring.Benchmarks.Bank;
using Acquiring.Standalone.Postgres;
using Npgsql;

namespace Acquiring.Benchmarks.References;

/// <summary>PostgreSQL's own load generator with the bare insert of the same row, committed one by one.</summary>
internal static partial class PgBench
{
    public const int Clients = 64;

    // (terminal, batch, stan) is unique: each client has a batch of its own and counts its stans.
    private const string Script =
        $"""
        \set n :n + 1
        \set terminal random(1, 30000)
        \set merchant random(1, 20000)
        \set amount random(100, 1000000)
        \set fee random(0, 10000)
        \set card random(1, 2)
        \set reference random(100000000000000000, 999999999999999999)
        insert into {ReferenceTable.Name} ({ReferenceTable.Columns}) values ('2026-11-20', :terminal, :client_id, :n, 1, :merchant, :amount, :fee, :card, cast(:reference as text), now());

        """;

    public static string? Find()
    {
        var program = OperatingSystem.IsWindows() ? "pgbench.exe" : "pgbench";
        var places = PostgresPlaces.OfThisMachine();
        var named = Environment.GetEnvironmentVariable(PrivatePostgresOptions.BinariesVariable);
        var versioned = places.VersionedFolders.Where(f => f.StartsWith('/')).SelectMany(f => Directory.Exists(f[..f.IndexOf('*')])
            ? Directory.EnumerateDirectories(f[..f.IndexOf('*')]).Order(StringComparer.Ordinal).Reverse().Select(d => Path.Combine(d, "bin")) : []);
        return new[] { named, named is null ? null : Path.Combine(named, "bin") }.OfType<string>().Concat(versioned).Concat(places.Path)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
    }

    /// <summary>Inserts a second; <c>null</c> where there is no pgbench.</summary>
    public static async Task<double?> RunAsync(BenchmarkBank bank, TimeSpan box, CancellationToken cancellationToken)
    {
        if (Find() is not { } program)
        {
            return null;
        }

        await using var database = await bank.NewEmptyAsync(cancellationToken);
        await ReferenceTable.CreateAsync(database, cancellationToken);
        await database.CheckpointAsync(cancellationToken);
        var script = bank.File("insert.pgbench");
        await File.WriteAllTextAsync(script, Script, cancellationToken);
        var said = await RunAsync(program, new NpgsqlConnectionStringBuilder(database.ConnectionString), script, box, cancellationToken);
        var tps = Tps().Match(said);
        return tps.Success
            ? double.Parse(tps.Groups["tps"].ValueSpan, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench failed: {said}");
    }

    private static async Task<string> RunAsync(
        string program, NpgsqlConnectionStringBuilder database, string script, TimeSpan box, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "-h", database.Host!, "-p", $"{database.Port}", "-U", database.Username!, "-n", "-c", $"{Clients}", "-j", "2", "-M", "prepared",
            "-T", $"{(int)box.TotalSeconds}", "-D", "n=0", "-f", script, database.Database!,
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        start.Environment["PGPASSWORD"] = database.Password ?? "";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? await output : await error;
    }

    [GeneratedRegex(@"^tps = (?<tps>[0-9.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tps();
}
