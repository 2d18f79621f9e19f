using Acquiring.Backend.Onboarding;
using Acquiring.Backend.Platform.PersonalData;
using Acquiring.Core.Messages;
using Npgsql;

namespace Acquiring.Backend.Messages.Contacts;

internal enum PartyKind
{
    Merchant = 1,

    /// <summary>Who handed in an application: reached at the phone of its form.</summary>
    Applicant,

    /// <summary>An account manager, by staff code.</summary>
    Manager,

    Branch,

    /// <summary>Whoever has the phone that a code was asked for.</summary>
    Phone,
}

/// <param name="Key">Merchant number, application, staff code or branch code.</param>
internal readonly record struct Party(PartyKind Kind, string Key);

/// <summary>Where and in which language a party is reached; no channel when nobody said so.</summary>
internal readonly record struct Reach(MessageChannel? Channel, string? Address, string Language)
{
    public static readonly Reach None = new(null, null, "zh-CN");
}

/// <summary>Finds where parties are reached: by their contact, else by the application that brought them in.</summary>
internal sealed class AddressBook(PersonalDataProtector protector, ApplicationSeals seals)
{
    public async Task<Reach> FindAsync(NpgsqlConnection connection, Party party, CancellationToken cancellationToken) =>
        (await FindAsync(connection, [party], cancellationToken))[party];

    public async Task<Dictionary<Party, Reach>> FindAsync(
        NpgsqlConnection connection, IReadOnlyCollection<Party> parties, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select a.party, a.key, c.phone_sealed, c.email_sealed, c.language, f.form_sealed
            from (select distinct * from unnest($1, $2) as a (party, key)) a
            left join message_contact c on c.party = a.party and c.party_key = a.key
            left join merchant m on a.party = 'merchant' and m.merchant_no = a.key
            left join merchant_application p on p.application_id = case
                when c.party is not null then null
                when a.party = 'applicant' then a.key::uuid
                else (select x.application_id from merchant_application x where x.merchant_id = m.merchant_id) end
            left join application_form f on f.application_id = p.application_id and f.version = p.form_at
            """,
            connection);
        command.Parameters.Add(new() { Value = parties.Select(p => MessageWords.Of(p.Kind)).ToArray() });
        command.Parameters.Add(new() { Value = parties.Select(p => p.Key).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<Party, Reach>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var party = new Party(MessageWords.Read<PartyKind>(reader.GetString(0)), reader.GetString(1));
            found[party] = !reader.IsDBNull(4) ? OfContact(party.Kind, Open(2), Open(3), reader.GetString(4))
                : !reader.IsDBNull(5) && seals.Open(reader.GetFieldValue<byte[]>(5)).Phone is { } phone ? new(MessageChannel.Sms, phone, "zh-CN")
                : Reach.None;
        }

        return found;

        string? Open(int column) => reader.IsDBNull(column) ? null : protector.Open(reader.GetFieldValue<byte[]>(column));
    }

    /// <summary>People outside are reached by phone first, staff by e-mail first.</summary>
    private static Reach OfContact(PartyKind kind, string? phone, string? email, string language)
    {
        var mailFirst = kind is PartyKind.Manager or PartyKind.Branch;
        return email is not null && (mailFirst || phone is null) ? new(MessageChannel.Email, email, language)
            : phone is not null ? new(MessageChannel.Sms, phone, language)
            : Reach.None with { Language = language };
    }
}
