using System.Text.RegularExpressions;

namespace Acquiring.Standalone.Postgres;

/// <summary>One set of server programs of one major version.</summary>
internal sealed partial record PostgresBinaries(string Directory, int Major)
{
    /// <summary>Our SQL needs it; Debian 12 has it.</summary>
    public const int MajorMin = 15;

    private static readonly string[] _programs = ["postgres", "initdb", "pg_ctl"];

    public string Initdb => Program(Directory, "initdb");

    public string PgCtl => Program(Directory, "pg_ctl");

    /// <summary>Null when the folder lacks a program, or its server cannot say its version (another processor, a missing library).</summary>
    public static async Task<PostgresBinaries?> InAsync(string folder, CancellationToken cancellationToken)
    {
        if (!Array.TrueForAll(_programs, p => File.Exists(Program(folder, p))))
        {
            return null;
        }

        try
        {
            var said = await Tool.RunAsync(Program(folder, "postgres"), ["--version"], null, cancellationToken);
            var version = VersionText().Match(said.Output);
            return said.ExitCode == 0 && version.Success && int.TryParse(version.Groups["major"].ValueSpan, out var major)
                ? new(folder, major)
                : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string Program(string folder, string name) => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);

    [GeneratedRegex(@"\(PostgreSQL\) (?<major>[0-9]{1,4})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionText();
}
