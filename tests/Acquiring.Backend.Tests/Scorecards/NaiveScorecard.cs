using Dapper;

namespace Acquiring.Backend.Tests.Scorecards;

/// <summary>Counts each date anew from what happened, merchant by merchant, in the plainest way there is.</summary>
internal static class NaiveScorecard
{
    private static readonly string[] s_there = ["there", "install"];

    /// <summary>A line for each date, branch and manager that has something: the fourteen measures in their order.</summary>
    public static async Task<IReadOnlyList<string>> LinesAsync(ScorecardLife life)
    {
        await using var connection = await life.Bank.DataSource.OpenConnectionAsync();
        // What the sweep and the tiers decided is theirs to prove; here it is given.
        var verdicts = (await connection.QueryAsync<(string Terminal, DateTime On, string Verdict)>(
            "select terminal_no, judged_on, verdict from idle_finding join terminal using (terminal_id)")).ToList();
        var tiers = (await connection.QueryAsync<(int Merchant, string Dimension, DateTime On, string Move, string Outcome)>(
            "select merchant_id, dimension, judged_on, move, outcome from tier_decision")).ToList();
        var lines = new List<string>();
        var before = DateTimeOffset.MinValue;
        for (var date = ScorecardLife.First; date <= life.Last; date = date.AddDays(1))
        {
            var midnight = new DateTimeOffset(date.AddDays(1).ToDateTime(default), TimeSpan.FromHours(8));
            var cut = life.ClosedAt[date] < midnight ? life.ClosedAt[date] : midnight;
            var sums = new SortedDictionary<string, long[]>(StringComparer.Ordinal);
            void Add(int merchant, int measure, long value)
            {
                var (branch, manager) = HandsOf(life, merchant, date);
                var key = $"{date:yyyy-MM-dd} {branch} {manager}";
                (sums.TryGetValue(key, out var values) ? values : sums[key] = new long[14])[measure] += value;
            }

            bool IsRural(int merchant) => tiers.Where(t => t.Merchant == merchant && t.Dimension == "rural" && DateOnly.FromDateTime(t.On) <= date)
                .OrderBy(t => t.On).LastOrDefault().Outcome == "tier";
            foreach (var merchant in life.HomeBranches.Keys)
            {
                var posts = life.Posts.Where(p => p.Merchant == merchant).ToList();
                if ((!life.KnownFrom.TryGetValue(merchant, out var known) || known <= life.ClosedAt[date])
                    && (!life.ClosedFrom.TryGetValue(merchant, out var closed) || closed >= cut))
                {
                    Add(merchant, 0, 1);
                    Add(merchant, 1, posts.Where(p => p.PostedOn <= date && p.On <= date && p.On > date.AddDays(-30))
                        .GroupBy(p => p.On).Any(g => g.Sum(p => p.Sales) > 0) ? 1 : 0);
                    Add(merchant, 2, IsRural(merchant) ? 1 : 0);
                }

                foreach (var post in posts.Where(p => p.PostedOn == date))
                {
                    Add(merchant, 6, post.Fen);
                    Add(merchant, 7, post.Sales);
                    Add(merchant, 8, post.CommissionFen);
                    Add(merchant, 9, IsRural(merchant) ? post.Fen : 0);
                }
            }

            foreach (var machine in life.Acts.Select(a => a.Machine).Distinct())
            {
                var acts = life.Acts.Where(a => a.Machine == machine && a.At < cut).ToList();
                if (acts.Count > 0 && s_there.Contains(acts[^1].Act))
                {
                    var verdict = verdicts.Where(v => v.Terminal == machine && DateOnly.FromDateTime(v.On) <= date).OrderBy(v => v.On).LastOrDefault().Verdict;
                    Add(acts[^1].Merchant, 3, 1);
                    Add(acts[^1].Merchant, 4, verdict is "3m" or "12m" ? 1 : 0);
                    Add(acts[^1].Merchant, 5, verdict is "12m" ? 1 : 0);
                }

                for (var i = 0; i < acts.Count; i++)
                {
                    if (acts[i].At >= before && acts[i].Act == "recover")
                    {
                        Add(acts[i].Merchant, 10, 1);
                    }

                    if (acts[i].At >= before && acts[i].Act == "assign" && acts.Take(i).Any(a => a.Act == "recover"))
                    {
                        Add(acts[i].Merchant, 11, 1);
                    }
                }
            }

            foreach (var tier in tiers.Where(t => DateOnly.FromDateTime(t.On) == date && t.Move is "promotion" or "demotion" && DateOnly.FromDateTime(t.On) == date))
            {
                Add(tier.Merchant, tier.Move == "promotion" ? 12 : 13, 1);
            }

            lines.AddRange(sums.Where(s => s.Value.Any(v => v != 0)).Select(s => $"{s.Key}: {string.Join(' ', s.Value)}"));
            before = cut;
        }

        return lines;
    }

    private static (string Branch, string Manager) HandsOf(ScorecardLife life, int merchant, DateOnly date)
    {
        var hands = new List<(DateOnly From, string Branch, string Manager)> { (DateOnly.MinValue, life.HomeBranches[merchant], "") };
        foreach (var over in life.Handovers.Where(h => h.Merchant == merchant))
        {
            hands.RemoveAll(h => h.From >= over.From);
            hands.Add((over.From, over.Branch, over.Manager));
        }

        var held = hands.Last(h => h.From <= date);
        return (held.Branch, held.Manager);
    }
}
