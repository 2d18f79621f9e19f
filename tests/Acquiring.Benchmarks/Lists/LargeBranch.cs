using Acquiring.Benchmarks.Bank;

namespace Acquiring.Benchmarks.Lists;

/// <summary>
/// Names, states, townships and sums over the imported bank, written by the database itself: names of six to eight characters that share
/// their words as real ones do, a twentieth of the merchants held, a third that never sold.
/// </summary>
internal static class LargeBranch
{
    private static readonly string[] s_places = ["赣州", "章贡", "南康", "信丰", "大余", "上犹", "崇义", "安远", "龙南", "定南", "全南", "宁都"];
    private static readonly string[] s_trades = ["超市", "酒店", "家电", "建材", "加油站", "便利店", "咖啡馆", "影城", "电信", "家具城"];
    private const int NameChars = 900;
    private const int FirstChar = 0x4E00;
    private const int Townships = 300;

    /// <summary>A name as the seeding makes them; whether a merchant has it is chance.</summary>
    public static string Name(Random random) =>
        $"{s_places[random.Next(s_places.Length)]}{(char)(FirstChar + random.Next(NameChars))}{(char)(FirstChar + random.Next(NameChars))}{s_trades[random.Next(s_trades.Length)]}";

    public static string Township(Random random) => $"镇{random.Next(Townships)}";

    public static async Task SeedAsync(BankDatabase database, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(
            $"""
            select setseed(0.5);
            update merchant set
                name = ({Words(s_places)})[1 + floor(random() * {s_places.Length})::int] || chr({FirstChar} + floor(random() * {NameChars})::int)
                    || chr({FirstChar} + floor(random() * {NameChars})::int) || ({Words(s_trades)})[1 + floor(random() * {s_trades.Length})::int],
                township = '镇' || floor(random() * {Townships})::int,
                state = (array['suspended', 'restricted', 'closed', 'active'])[least(4, 1 + floor(random() * 60)::int)];
            update terminal set state = (array['lost', 'inStock', 'watch', 'active'])[least(4, 1 + floor(random() * 60)::int)];
            insert into day_volume_delta (transaction_date, merchant_id, terminal_id, business_date, pay_type, sales, refunds, reversals,
                                          gross_fen, refund_fen, reversal_fen, fee_fen, issuer_fee_fen, network_fee_fen)
            select d.on_date, b.merchant_id, b.terminal_id, d.on_date, 1, 3, 0, 0, floor(random() * 500000)::int, 0, 0, 100, 0, 0
            from terminal_binding b
            cross join lateral (select current_date - floor(case when n < 3 then random() * 30 else random() * 600 end)::int as on_date
                                from generate_series(1, 4) n where b.terminal_id > 0 group by 1) d
            where b.terminal_id % 3 > 0;
            select fold_day_volumes();
            select refresh_activity(current_date - 29, now());
            """,
            cancellationToken);
        await database.ExecuteAsync("vacuum analyze", cancellationToken);
    }

    private static string Words(string[] words) => $"array[{string.Join(", ", words.Select(w => $"'{w}'"))}]";
}
