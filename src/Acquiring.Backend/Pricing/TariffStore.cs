using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Pricing;

/// <summary>Reads the tariffs: some twenty rules and a hundred classes, read whole.</summary>
public static class TariffStore
{
    public static async Task<TariffBook> LoadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rules = await RulesAsync(connection, cancellationToken);
        var tariffs = new List<Tariff>();
        await using (var command = new NpgsqlCommand(
            "select tariff_id, code, scheme, effective_from, default_class, grade, source from tariff", connection))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var id = reader.GetInt16(0);
                tariffs.Add(new(
                    id, reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateOnly>(3), TariffWords.Class(reader.GetString(4)),
                    TariffWords.Grade(reader.GetString(5)), reader.GetString(6), [.. rules[id]]));
            }
        }

        return new TariffBook(tariffs, await ClassesAsync(connection, cancellationToken));
    }

    private static async Task<ILookup<short, TariffRule>> RulesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select tariff_rule_id, tariff_id, class, card_kind, issuer_rate_per_ten_million, issuer_cap_fen, network_rate_per_ten_million,
                   network_cap_fen, acquirer_rate_per_ten_million, acquirer_cap_fen, grade, source
            from tariff_rule
            order by tariff_rule_id
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rules = new List<TariffRule>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rules.Add(new(
                reader.GetInt16(0), reader.GetInt16(1), TariffWords.Class(reader.GetString(2)),
                reader.IsDBNull(3) ? null : (CardKind)reader.GetInt16(3), Share(4), Share(6), reader.IsDBNull(8) ? null : Share(8),
                TariffWords.Grade(reader.GetString(10)), reader.GetString(11)));
        }

        return rules.ToLookup(r => r.TariffId);

        CappedRate Share(int column) =>
            new(new Rate(reader.GetInt64(column)), reader.IsDBNull(column + 1) ? null : reader.GetInt64(column + 1));
    }

    private static async Task<List<MccClass>> ClassesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select scheme, mcc, class, effective_from, grade, source from mcc_class order by scheme, mcc, effective_from", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var classes = new List<MccClass>();
        while (await reader.ReadAsync(cancellationToken))
        {
            classes.Add(new(
                reader.GetString(0), reader.GetString(1), TariffWords.Class(reader.GetString(2)), reader.GetFieldValue<DateOnly>(3),
                TariffWords.Grade(reader.GetString(4)), reader.GetString(5)));
        }

        return classes;
    }
}
