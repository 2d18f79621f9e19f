using System.Diagnostics.CodeAnalysis;
using Acquiring.Backend.Merchants.Lifecycle;
using Acquiring.Backend.Merchants.Mcc;
using Acquiring.Backend.Pricing;
using Acquiring.Backend.Pricing.FeePlans;
using Acquiring.Core.Merchants;
using Acquiring.Core.Pricing;
using Acquiring.Core.Transactions;
using Npgsql;

namespace Acquiring.Backend.Registry;

/// <summary>
/// The whole registry as the reading of clearing files needs it: who a number is, at which price, with which binding when.
/// Immutable, so it may be shared between threads; it is as old as its load (compare <c>ChangeCounter</c> to know when to load again).
/// Some 200 bytes a merchant and a terminal: 100,000 and 150,000 of them are well under 100 MB.
/// </summary>
public sealed class RegistrySnapshot
{
    private readonly Dictionary<string, RegisteredMerchant> _merchants;
    private readonly Dictionary<string, RegisteredTerminal> _terminals;
    private readonly Dictionary<int, RegisteredMerchant> _merchantsById;
    private readonly Dictionary<int, RegisteredTerminal> _terminalsById;

    private RegistrySnapshot(
        Dictionary<int, RegisteredMerchant> merchantsById, Dictionary<int, RegisteredTerminal> terminalsById, TariffBook tariffs)
    {
        Tariffs = tariffs;
        _merchantsById = merchantsById;
        _terminalsById = terminalsById;
        _merchants = merchantsById.Values.ToDictionary(m => m.MerchantNo, StringComparer.Ordinal);
        _terminals = terminalsById.Values.ToDictionary(t => t.TerminalNo, StringComparer.Ordinal);
    }

    public static RegistrySnapshot Empty { get; } = new([], [], TariffBook.Empty);

    public TariffBook Tariffs { get; }

    public IReadOnlyCollection<RegisteredMerchant> Merchants => _merchantsById.Values;

    public IReadOnlyCollection<RegisteredTerminal> Terminals => _terminalsById.Values;

    public bool TryMerchant(string merchantNo, [NotNullWhen(true)] out RegisteredMerchant? merchant) =>
        _merchants.TryGetValue(merchantNo, out merchant);

    public bool TryTerminal(string terminalNo, [NotNullWhen(true)] out RegisteredTerminal? terminal) =>
        _terminals.TryGetValue(terminalNo, out terminal);

    public bool TryMerchant(int merchantId, [NotNullWhen(true)] out RegisteredMerchant? merchant) =>
        _merchantsById.TryGetValue(merchantId, out merchant);

    public bool TryTerminal(int terminalId, [NotNullWhen(true)] out RegisteredTerminal? terminal) =>
        _terminalsById.TryGetValue(terminalId, out terminal);

    /// <summary>The number of an id that a row of this database names; an unknown id is a bug and throws.</summary>
    public string MerchantNoOf(int merchantId) => _merchantsById[merchantId].MerchantNo;

    /// <inheritdoc cref="MerchantNoOf"/>
    public string TerminalNoOf(int terminalId) => _terminalsById[terminalId].TerminalNo;

    /// <summary>
    /// Reads terminals with their bindings, then merchants with their plans, then what plans consist of and what was decided on their
    /// steps. In this order each merchant a binding names and each term a plan has is there, whatever others commit in between.
    /// </summary>
    public static async Task<RegistrySnapshot> LoadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var terminals = await LoadTerminalsAsync(connection, cancellationToken);
        var merchants = await LoadMerchantsAsync(connection, cancellationToken);
        var terms = await PlanTerms.LoadAsync(connection, merchantId: null, cancellationToken);
        var decisions = await VolumeSteps.LoadAsync(connection, cancellationToken);
        var tariffs = await TariffStore.LoadAsync(connection, cancellationToken);
        var holds = await MerchantRows.OpenHoldsAsync(connection, cancellationToken);
        var changedMccs = await MccRows.ChangedAsync(connection, cancellationToken);
        var byMcc = new Dictionary<string, MccTariff>(StringComparer.Ordinal);
        return new(merchants.ToDictionary(m => m.Key, m => Priced(m.Value)), terminals, tariffs);

        RegisteredMerchant Priced(MerchantRow row)
        {
            MccTariff? tariff;
            if (changedMccs.TryGetValue(row.MerchantId, out var history))
            {
                tariff = tariffs.For(history);
            }
            else if (!byMcc.TryGetValue(row.Mcc, out tariff))
            {
                byMcc.Add(row.Mcc, tariff = tariffs.For(row.Mcc));
            }

            return new(row.MerchantId, row.MerchantNo, [.. row.Plans.Select(terms.PlanOf)])
            {
                Mcc = history?.Latest ?? row.Mcc,
                MccHistory = history,
                Tariff = tariff,
                Standing = new(MerchantRows.StateOf(row.State), holds.TryGetValue(row.MerchantId, out var open) ? open : []),
                StepDecisions = decisions.TryGetValue(row.MerchantId, out var decided) ? decided : [],
            };
        }
    }

    private static async Task<Dictionary<int, RegisteredTerminal>> LoadTerminalsAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string sql = """
            select t.terminal_id, t.terminal_no, t.spare, b.merchant_id, b.valid_from, b.valid_to, t.state in ('suspended', 'removalOrdered')
            from terminal t
            left join terminal_binding b using (terminal_id)
            order by t.terminal_id, b.valid_from
            """;
        var terminals = new Dictionary<int, RegisteredTerminal>();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = reader.GetInt32(0);
            if (!terminals.TryGetValue(id, out var terminal))
            {
                terminals.Add(id, terminal = new(id, reader.GetString(1), reader.GetBoolean(2), new List<Binding>(1)) { IsStopped = reader.GetBoolean(6) });
            }

            if (!reader.IsDBNull(3))
            {
                ((List<Binding>)terminal.Bindings).Add(
                    new(reader.GetInt32(3), Local(reader.GetDateTime(4)), Local(reader.GetDateTime(5))));
            }
        }

        return terminals;
    }

    private static async Task<Dictionary<int, MerchantRow>> LoadMerchantsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string sql = """
            select m.merchant_id, m.merchant_no, m.mcc, m.state, p.fee_plan_id, p.effective_from,
                   p.debit_rate_per_ten_million, p.debit_cap_fen, p.credit_rate_per_ten_million, p.credit_cap_fen
            from merchant m
            left join fee_plan p using (merchant_id)
            order by m.merchant_id, p.effective_from
            """;
        var merchants = new Dictionary<int, MerchantRow>();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = reader.GetInt32(0);
            if (!merchants.TryGetValue(id, out var merchant))
            {
                merchants.Add(id, merchant = new(id, reader.GetString(1), reader.GetString(2), reader.GetString(3), new(1)));
            }

            if (!reader.IsDBNull(4))
            {
                merchant.Plans.Add(PlanTerms.ReadRow(reader, 4, 5, 6));
            }
        }

        return merchants;
    }

    private sealed record MerchantRow(int MerchantId, string MerchantNo, string Mcc, string State, List<PlanTerms.PlanRow> Plans);

    // Infinity stays infinity: moving it by the offset would overflow.
    private static DateTime Local(DateTime utc) =>
        utc == DateTime.MinValue || utc == DateTime.MaxValue ? DateTime.SpecifyKind(utc, DateTimeKind.Unspecified) : BusinessTime.FromUtc(utc);
}

/// <summary>A merchant and its prices in order of their date; the first begins at <see cref="DateOnly.MinValue"/> (we know no earlier).</summary>
public sealed record RegisteredMerchant(int MerchantId, string MerchantNo, IReadOnlyList<FeePlan> Plans)
{
    /// <summary>The latest that was decided; from when on, <see cref="MccHistory"/> says.</summary>
    public string Mcc { get; init; } = "";

    /// <summary><c>null</c> for a merchant whose MCC never changed.</summary>
    public MccHistory? MccHistory { get; init; }

    /// <summary>Active unless the registry says otherwise.</summary>
    public MerchantStanding Standing { get; init; } = new(MerchantState.Active, []);

    /// <summary>The tariff rules by date, of the MCC each date has.</summary>
    public MccTariff Tariff { get; init; } = MccTariff.None;

    /// <summary>In order of their date; empty for a merchant whose plans have no steps.</summary>
    public IReadOnlyList<VolumeStepDecision> StepDecisions { get; init; } = [];

    /// <summary>The price of a sale; <c>null</c> when no plan is in force on its date. Pure, allocates nothing.</summary>
    public PricedSale? Price(DateOnly transactionDate, PayType payType, CardKind cardKind, long amountFen) =>
        PlanOn(transactionDate) is { } plan ? Price(plan, transactionDate, payType, cardKind, amountFen) : null;

    /// <summary>The same by a plan that is known already.</summary>
    public PricedSale Price(FeePlan plan, DateOnly transactionDate, PayType payType, CardKind cardKind, long amountFen) => SalePrice.Of(
        plan, VolumeStepDecision.VolumeOn(StepDecisions, transactionDate), Tariff.RuleOn(transactionDate, cardKind), payType, cardKind, amountFen);

    /// <summary>The plan in force on a date; <c>null</c> when none is.</summary>
    public FeePlan? PlanOn(DateOnly date) => FeePlan.InForce(Plans, date);
}

/// <summary>A terminal and its bindings in order of their begin.</summary>
public sealed record RegisteredTerminal(int TerminalId, string TerminalNo, bool Spare, IReadOnlyList<Binding> Bindings)
{
    /// <summary>Suspended, or to be fetched: it sells nothing online.</summary>
    public bool IsStopped { get; init; }

    /// <summary>Whom the terminal worked for at a local business time (UTC+8); <c>null</c> when for nobody.</summary>
    public int? MerchantIdAt(DateTime localTime)
    {
        for (var i = Bindings.Count - 1; i >= 0; i--)
        {
            var binding = Bindings[i];
            if (binding.ValidFrom <= localTime)
            {
                return localTime < binding.ValidTo ? binding.MerchantId : null;
            }
        }

        return null;
    }
}

/// <summary>
/// From <see cref="ValidFrom"/> on, until and without <see cref="ValidTo"/>; local business time (UTC+8).
/// <see cref="DateTime.MinValue"/> and <see cref="DateTime.MaxValue"/> stand for ever.
/// </summary>
public readonly record struct Binding(int MerchantId, DateTime ValidFrom, DateTime ValidTo);
