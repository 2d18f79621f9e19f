using System.Globalization;
using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Platform.Migrations;

/// <summary>Why a database is not touched; the texts are in <c>MigrationTexts.resx</c>.</summary>
internal static class MigrationRefusals
{
    public static RefusedException NewerDatabase(int database, int program) =>
        Of("migrations.newer-database", new("database", Text(database)), new("program", Text(program)));

    public static RefusedException Changed(Migration migration) =>
        Of("migrations.changed", new("number", Text(migration.Number)), new("name", migration.Name));

    public static RefusedException Locked(TimeSpan waited) => Of("migrations.locked", new Detail("seconds", Text((int)waited.TotalSeconds)));

    public static RefusedException ServerTooOld(int major, int minimum) =>
        Of("migrations.server-too-old", new("major", Text(major)), new("minimum", Text(minimum)));

    private static RefusedException Of(string code, params IReadOnlyList<Detail> details) =>
        new(Refusal.Of(RefusalKind.Unavailable, code, details));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
