using Acquiring.Backend.IdlePolicies.Policies;
using Acquiring.Backend.IdlePolicies.Run;
using Acquiring.Backend.Tiers.Run;
using Acquiring.Core.IdlePolicies;
using Acquiring.Core.Refusals;
using Npgsql;

namespace Acquiring.Backend.IdlePolicies.Ask;

/// <param name="From">State and rule by what it is compared with: <c>clear</c>, <c>found lowVolume</c>, <c>exempt lowVolume</c>, <c>found allTerminals</c>, …</param>
/// <param name="To">By the policy asked about.</param>
public sealed record IdleMoveCount(string Layer, string From, string To, int Terminals);

/// <param name="Against">The version compared with; nothing is what is in force for each branch.</param>
/// <param name="On">Volumes of business dates up to it; the rest as known now.</param>
/// <param name="Terminals">All that were judged.</param>
/// <param name="Moved">Those with another state or rule in any layer.</param>
public sealed record IdleWhatIfAnswer(int Version, int? Against, DateOnly On, int Terminals, int Moved, IReadOnlyList<IdleMoveCount> Moves);

/// <summary>A terminal that the policy would answer otherwise.</summary>
public sealed record IdleMovedTerminal(
    string TerminalNo, string MerchantNo, string Branch, string Layer, string From, string To, System.Text.Json.JsonElement FromVerdict,
    System.Text.Json.JsonElement ToVerdict);

/// <summary>Judges the whole fleet by two policies. Reads a range of merchants at a time and writes nothing.</summary>
public sealed class IdleWhatIf(NpgsqlDataSource database)
{
    /// <summary>Refuses an unknown version.</summary>
    public async Task<Result<IdleWhatIfAnswer>> CountAsync(int version, int? against, DateOnly on, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (!(await Comparison.OfAsync(connection, version, against, on, cancellationToken)).Accepted(out var comparison, out var refusal))
        {
            return refusal;
        }

        var (terminals, moved) = (0, 0);
        var moves = new Dictionary<(PolicyLayer, string, string), int>();
        var last = await LastIdAsync(connection, cancellationToken);
        for (var from = 0; from <= last; from += VerdictNight.BlockSize)
        {
            foreach (var merchant in await comparison.ReadAsync(connection, from, cancellationToken))
            {
                foreach (var (now, then) in comparison.Judge(merchant))
                {
                    terminals++;
                    var differs = false;
                    foreach (var layer in DecideIdlePolicies.Layers)
                    {
                        if (Word(now.Of(layer)) is var one && Word(then.Of(layer)) is var other && one != other)
                        {
                            differs = true;
                            moves[(layer, one, other)] = moves.GetValueOrDefault((layer, one, other)) + 1;
                        }
                    }

                    moved += differs ? 1 : 0;
                }
            }
        }

        return new IdleWhatIfAnswer(
            version, against, on, terminals, moved,
            [.. moves.OrderBy(m => m.Key.Item1).ThenBy(m => m.Key.Item2, StringComparer.Ordinal).ThenBy(m => m.Key.Item3, StringComparer.Ordinal)
                .Select(m => new IdleMoveCount(VerdictWords.Of(m.Key.Item1), m.Key.Item2, m.Key.Item3, m.Value))]);
    }

    /// <summary>The terminals behind the counts, in the order of merchants and terminals as they were registered.</summary>
    /// <param name="after">The last merchant, terminal and layer already seen.</param>
    internal async Task<Result<List<(IdleMovedTerminal Row, string[] Key)>>> PageAsync(
        int version, int? against, DateOnly on, PolicyLayer? layer, string? from, string? to, (int Merchant, int Terminal, int Layer) after, int rows,
        CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (!(await Comparison.OfAsync(connection, version, against, on, cancellationToken)).Accepted(out var comparison, out var refusal))
        {
            return refusal;
        }

        var found = new List<(int Merchant, int Terminal, string Branch, PolicyVerdict From, PolicyVerdict To)>();
        var last = await LastIdAsync(connection, cancellationToken);
        for (var block = Math.Max(after.Merchant, 0) / VerdictNight.BlockSize; block * VerdictNight.BlockSize <= last && found.Count < rows; block++)
        {
            foreach (var merchant in await comparison.ReadAsync(connection, block * VerdictNight.BlockSize, cancellationToken))
            {
                foreach (var (now, then) in comparison.Judge(merchant))
                {
                    foreach (var one in DecideIdlePolicies.Layers)
                    {
                        var (before, next) = (now.Of(one), then.Of(one));
                        if (found.Count < rows && (merchant.Id, now.Terminal.Id, (int)one).CompareTo(after) > 0 && Word(before) != Word(next)
                            && (layer ?? one) == one && (from ?? Word(before)) == Word(before) && (to ?? Word(next)) == Word(next))
                        {
                            found.Add((merchant.Id, now.Terminal.Id, merchant.Branch, before, next));
                        }
                    }
                }
            }
        }

        var numbers = await NumbersAsync(connection, found.ConvertAll(f => f.Terminal), found.ConvertAll(f => f.Merchant), cancellationToken);
        return found.ConvertAll(f => (
            new IdleMovedTerminal(
                numbers.Terminals[f.Terminal], numbers.Merchants[f.Merchant], f.Branch, VerdictWords.Of(f.From.Layer), Word(f.From), Word(f.To),
                System.Text.Json.JsonElement.Parse(f.From.Document()), System.Text.Json.JsonElement.Parse(f.To.Document())),
            new[] { $"{f.Merchant}", $"{f.Terminal}", $"{(int)f.From.Layer}" }));
    }

    private static string Word(PolicyVerdict verdict) =>
        verdict.Rule is { } rule ? $"{VerdictWords.Of(verdict.State)} {rule}" : VerdictWords.Of(verdict.State);

    private static async Task<int> LastIdAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select coalesce(max(merchant_id), -1) from merchant", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<(Dictionary<int, string> Terminals, Dictionary<int, string> Merchants)> NumbersAsync(
        NpgsqlConnection connection, List<int> terminals, List<int> merchants, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select true, terminal_id, terminal_no from terminal where terminal_id = any($1)
            union all
            select false, merchant_id, merchant_no from merchant where merchant_id = any($2)
            """,
            connection);
        command.Parameters.Add(new() { Value = terminals.ToArray() });
        command.Parameters.Add(new() { Value = merchants.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var numbers = (Terminals: new Dictionary<int, string>(), Merchants: new Dictionary<int, string>());
        while (await reader.ReadAsync(cancellationToken))
        {
            (reader.GetBoolean(0) ? numbers.Terminals : numbers.Merchants).Add(reader.GetInt32(1), reader.GetString(2));
        }

        return numbers;
    }

    /// <summary>Two policies, a date, and what is needed to hold them against each other.</summary>
    private sealed class Comparison(IdlePolicy policy, Func<string, IdlePolicy> against, JudgedDates dates)
    {
        public static async Task<Result<Comparison>> OfAsync(
            NpgsqlConnection connection, int version, int? against, DateOnly on, CancellationToken cancellationToken)
        {
            if (await PolicyCalendar.ContentAsync(connection, version, cancellationToken) is not { } content)
            {
                return IdlePolicyRefusals.UnknownVersion(version);
            }

            var dates = (await VerdictNight.DatesAsync(connection, on, mayBeOpen: true, cancellationToken))!;
            if (against is not { } other)
            {
                var calendar = await PolicyCalendar.LoadAsync(connection, on, cancellationToken);
                return new Comparison(content.ToPolicy(), branch => calendar.Of(branch).Policy, dates);
            }

            if (await PolicyCalendar.ContentAsync(connection, other, cancellationToken) is not { } present)
            {
                return IdlePolicyRefusals.UnknownVersion(other);
            }

            var fixedPolicy = present.ToPolicy();
            return new Comparison(content.ToPolicy(), _ => fixedPolicy, dates);
        }

        public Task<List<JudgedMerchant>> ReadAsync(NpgsqlConnection connection, int fromId, CancellationToken cancellationToken) => PolicyFactsReader.ReadAsync(
            connection, new MerchantRange(fromId, fromId + VerdictNight.BlockSize, null), dates.On,
            dates.LastMonth.AddMonths(1 - IdlePolicyCheck.MonthsMax), cancellationToken);

        public IEnumerable<(TerminalVerdicts Now, TerminalVerdicts Then)> Judge(JudgedMerchant merchant) =>
            DecideIdlePolicies.Of(against(merchant.Branch), merchant.Facts, dates).Zip(DecideIdlePolicies.Of(policy, merchant.Facts, dates));
    }
}
