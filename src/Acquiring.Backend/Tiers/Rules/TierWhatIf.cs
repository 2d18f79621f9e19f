using Acquiring.Backend.Tiers.Run;
using Acquiring.Core.Tiers;
using Npgsql;

namespace Acquiring.Backend.Tiers.Rules;

/// <param name="From">The tier now; nothing for none or not enough evidence.</param>
/// <param name="To">The tier by the rules asked about.</param>
public sealed record TierMoveCount(TierDimension Dimension, string? From, string? To, int Merchants);

/// <param name="On">The facts of this date, as known now.</param>
/// <param name="Moved">Merchants that would change in any dimension.</param>
/// <param name="NotEnoughEvidence">Merchants whose industry tier would want evidence.</param>
public sealed record TierWhatIfAnswer(
    int Version, int InForce, DateOnly On, int Merchants, int Moved, int NotEnoughEvidence, IReadOnlyList<TierMoveCount> Moves);

/// <summary>Judges the whole fleet by two rule sets and counts who would move. Reads a range of merchants at a time and writes nothing.</summary>
public sealed class TierWhatIf(NpgsqlDataSource database)
{
    /// <summary><c>null</c> when there is no such version.</summary>
    internal async Task<TierWhatIfAnswer?> RunAsync(int version, DateOnly on, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await TierRuleSets.ContentAsync(connection, version, cancellationToken) is not { } content)
        {
            return null;
        }

        var inForce = await TierRuleSets.VersionOnAsync(connection, on, cancellationToken);
        var (rules, present) = (content.ToRules(), await TierRuleSets.LoadAsync(connection, inForce, cancellationToken));
        var last = await LastIdAsync(connection, cancellationToken);
        var (merchants, moved, unproven) = (0, 0, 0);
        var moves = new Dictionary<(TierDimension, string?, string?), int>();
        for (var from = 0; from <= last; from += TierNight.BlockSize)
        {
            foreach (var (_, facts) in await TierFactsReader.ReadAsync(connection, new(from, from + TierNight.BlockSize, null), on, cancellationToken))
            {
                merchants++;
                var differs = false;
                foreach (var dimension in DecideTiers.Dimensions)
                {
                    var then = DecideTiers.Of(rules, facts, dimension);
                    unproven += dimension == TierDimension.Industry && then.Outcome == TierOutcome.NotEnoughEvidence ? 1 : 0;
                    if (DecideTiers.Of(present, facts, dimension).Tier is var now && now != then.Tier)
                    {
                        differs = true;
                        moves[(dimension, now, then.Tier)] = moves.GetValueOrDefault((dimension, now, then.Tier)) + 1;
                    }
                }

                moved += differs ? 1 : 0;
            }
        }

        return new(
            version, inForce, on, merchants, moved, unproven,
            [.. moves.Select(m => new TierMoveCount(m.Key.Item1, m.Key.Item2, m.Key.Item3, m.Value))
                .OrderBy(m => m.Dimension).ThenBy(m => m.From, StringComparer.Ordinal).ThenBy(m => m.To, StringComparer.Ordinal)]);
    }

    private static async Task<int> LastIdAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select coalesce(max(merchant_id), -1) from merchant", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
