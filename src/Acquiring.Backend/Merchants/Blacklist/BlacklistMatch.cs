using Acquiring.Core.Merchants.Blacklist;
using Acquiring.Core.Refusals;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Merchants.Blacklist;

/// <summary>A field of an application that a blacklist names. Nothing is told of who stands on the list.</summary>
/// <param name="EntryId">Names it in a dismissal.</param>
/// <param name="Kind">What the list names somebody by.</param>
/// <param name="Dismissed">A person said, with evidence, that it is somebody else.</param>
public sealed record BlacklistMatch(int EntryId, string Field, BlacklistKind Kind, string Source, DateOnly ListedOn, bool Dismissed)
{
    /// <summary>Of those that stop an approval; <c>null</c> when none does.</summary>
    internal static Refusal? Refusal(IReadOnlyList<BlacklistMatch> matches)
    {
        var stopping = matches.Where(m => !m.Dismissed).ToList();
        return stopping.Count == 0 ? null : Core.Refusals.Refusal.Of(
            RefusalKind.Rule, "onboarding.blacklisted",
            new Detail("fields", string.Join(", ", stopping.Select(m => m.Field).Distinct(StringComparer.Ordinal))),
            new Detail("lists", string.Join("; ", stopping.Select(m => $"{m.Source} {m.ListedOn:yyyy-MM-dd}").Distinct(StringComparer.Ordinal))));
    }

    /// <summary>By digests alone. In the order of the fields.</summary>
    internal static async Task<IReadOnlyList<BlacklistMatch>> FindAsync(
        NpgsqlConnection connection, Guid applicationId, IReadOnlyList<(string Field, byte[] Mark)> marks, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select e.blacklist_entry_id, f.field, e.kind, e.source, e.listed_on,
                   exists (select from blacklist_dismissal d where d.application_id = $3 and d.blacklist_entry_id = e.blacklist_entry_id)
            from unnest($1, $2) with ordinality f (field, mark, place)
            join blacklist_entry e on e.value_mark = f.mark and e.removed_at is null
            order by f.place, e.blacklist_entry_id
            """,
            connection);
        command.Parameters.Add(new() { Value = marks.Select(m => m.Field).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = marks.Select(m => m.Mark).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        command.Parameters.Add(new() { Value = applicationId });
        var found = new List<BlacklistMatch>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new(
                reader.GetInt32(0), reader.GetString(1), Enum.Parse<BlacklistKind>(reader.GetString(2), ignoreCase: true), reader.GetString(3),
                reader.GetFieldValue<DateOnly>(4), reader.GetBoolean(5)));
        }

        return found;
    }
}
