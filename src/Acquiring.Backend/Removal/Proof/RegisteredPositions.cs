using System.Globalization;
using Acquiring.Backend.Onboarding;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Removal;
using Npgsql;

namespace Acquiring.Backend.Removal.Proof;

/// <summary>
/// Where a machine's premises are: as the approved application says, else where the last inspection found it in order. Sealed both; opened for
/// a comparison and never shown.
/// </summary>
internal sealed class RegisteredPositions(ApplicationSeals seals, PersonalDataProtector protector)
{
    /// <returns>By terminal; a machine of which no position is known is left out.</returns>
    public async Task<Dictionary<int, GeoPosition>> OfTerminalsAsync(
        NpgsqlConnection connection, IReadOnlyCollection<int> terminals, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select t.terminal_id, f.form_sealed, i.position_sealed
            from terminal t
            left join terminal_binding b on b.terminal_id = t.terminal_id and b.valid_to = 'infinity'
            left join merchant_application a on a.merchant_id = b.merchant_id
            left join application_form f on f.application_id = a.application_id and f.version = a.form_at
            left join lateral (
                select d.position_sealed from terminal_inspection d
                where d.terminal_id = t.terminal_id and d.result = 'inOrder' and d.position_sealed is not null
                order by d.inspected_on desc, d.terminal_inspection_id desc limit 1) i on true
            where t.terminal_id = any($1)
            """,
            connection);
        command.Parameters.Add(new() { Value = terminals.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<int, GeoPosition>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var position = reader.IsDBNull(1) ? null : OfForm(reader.GetFieldValue<byte[]>(1));
            position ??= reader.IsDBNull(2) ? null : Read(protector.Open(reader.GetFieldValue<byte[]>(2)));
            if (position is { } known)
            {
                found[reader.GetInt32(0)] = known;
            }
        }

        return found;
    }

    public GeoPosition? OfForm(byte[] formSealed) =>
        seals.Open(formSealed).Premises is { Latitude: { } latitude, Longitude: { } longitude } ? new((double)latitude, (double)longitude) : null;

    public static string Write(GeoPosition position) => string.Create(CultureInfo.InvariantCulture, $"{position.Latitude:F6},{position.Longitude:F6}");

    private static GeoPosition? Read(string text)
    {
        var parts = text.Split(',');
        return parts.Length == 2 && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var latitude)
            && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var longitude) ? new(latitude, longitude) : null;
    }
}
