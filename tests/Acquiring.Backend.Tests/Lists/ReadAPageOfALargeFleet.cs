using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Acquiring.Backend.Onboarding.Reading;
using Acquiring.Backend.Terminals.Inspections;
using Acquiring.Backend.Tests.Onboarding;
using Acquiring.Testing;
using Npgsql;
using NpgsqlTypes;

namespace Acquiring.Backend.Tests.Lists;

/// <summary>
/// What a page costs must not grow with the fleet: 100,000 merchants and 150,000 machines with ACQUIRING_TEST_MERCHANTS=100000, else 4,000 and 6,000.
/// Tells blocks and times. A block is 8 KiB of the database, wherever it came from.
/// </summary>
public sealed class ReadAPageOfALargeFleet(TestCluster cluster, ITestOutputHelper output)
{
    private static readonly int s_merchants =
        int.Parse(Environment.GetEnvironmentVariable("ACQUIRING_TEST_MERCHANTS") ?? "4000", CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_page_of_due_inspections_reads_what_it_shows()
    {
        await using var database = await FleetAsync();
        foreach (var branch in new[] { null, "360700", "b7" })
        {
            List<NpgsqlParameter> values =
            [
                new() { Value = new DateOnly(2026, 11, 22) }, new() { Value = DateOnly.MinValue }, new() { Value = "" }, new() { Value = 101 },
            ];
            if (branch is not null)
            {
                values.Add(new() { Value = branch });
            }

            // Four blocks for each of 101 rows (machine, binding with its index, merchant). One machine in 50 is the small branch's.
            var blocks = await BlocksAsync(database.DataSource, $"due inspections of {branch ?? "all"}", InspectionStore.DueSql(branch is not null), values);
            blocks.ShouldBeLessThan(branch == "b7" ? 50 * 1_200 : 1_200);
        }
    }

    [Fact]
    public async Task A_page_of_duplicates_looks_at_a_thousand_applications()
    {
        await using var database = await FleetAsync();
        NpgsqlParameter[] values =
        [
            new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }, new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = true }, new() { Value = 101 },
            new() { Value = Guid.Parse(OnboardingDesk.IdOf(s_merchants - ReadApplications.LookedAtMax + 1)) },
        ];
        // Seven marks are looked up in an index of three or four levels each.
        (await BlocksAsync(database.DataSource, "duplicates", ReadApplications.ListSql, values)).ShouldBeLessThan(1_000 * 7 * 5);
    }

    [Fact]
    public async Task A_duplicate_that_lies_far_back_is_found_by_going_on()
    {
        await using var desk = await OnboardingDesk.OpenAsync(cluster);
        await FillAsync(desk.Bank.DataSource, merchants: 0, applications: 2_500);
        await desk.Bank.ExecuteAsync(
            $"update merchant_application set phone_mark = 'x' where application_id in ('{OnboardingDesk.IdOf(3)}', '{OnboardingDesk.IdOf(1_400)}')");
        var (found, cursor, pages) = (new List<string>(), "", 0);
        do
        {
            var page = await desk.Api.GetAsync($"merchant-applications?duplicatesOnly=true{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}");
            found.AddRange(page.Items.Select(i => $"{i["applicationId"]}"));
            (cursor, pages) = ($"{page.Json["next"]}", pages + 1);
        }
        while (cursor.Length > 0);
        found.ShouldBe([OnboardingDesk.IdOf(1_400), OnboardingDesk.IdOf(3)]);
        pages.ShouldBe(3);
    }

    private async Task<TestDatabase> FleetAsync()
    {
        var database = await cluster.NewDatabaseAsync();
        await FillAsync(database.DataSource, s_merchants, s_merchants);
        return database;
    }

    private static async Task FillAsync(NpgsqlDataSource database, int merchants, int applications)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(
            $"""
            insert into branch (branch_code, name) values ('360700', 'head') on conflict do nothing;
            insert into branch (branch_code, name, parent_branch_code) select 'b' || i, 'branch', '360700' from generate_series(0, 49) i;
            insert into merchant (merchant_no, name, mcc, branch_code, credit_code_sealed, credit_code_mark, settlement_account_sealed,
                                  settlement_account_mark, changed_at)
            select 'm' || lpad(i::text, 14, '0'), 'Shop ' || i, '5411', 'b' || i % 50, '', sha256(convert_to('c' || i, 'UTF8')), '',
                   sha256(convert_to('a' || i, 'UTF8')), now()
            from generate_series(1, {merchants}) i;
            insert into terminal (terminal_no, serial_no, model, installed_on, spare, installation_address, changed_at)
            select lpad(i::text, 8, '0'), 'S' || i, 'N86', date '2024-01-01' + i % 600, false, 'Road ' || i, now()
            from generate_series(1, {merchants * 3 / 2}) i;
            insert into terminal_binding (terminal_id, merchant_id, valid_from)
            select t.terminal_id, m.merchant_id, '-infinity'
            from terminal t join merchant m on m.merchant_no = 'm' || lpad((t.terminal_no::integer % {Math.Max(merchants, 1)} + 1)::text, 14, '0');
            set session_replication_role = replica;
            insert into merchant_application (application_id, state, version, form_at, branch_code, licence_mark, holder_mark, account_mark, phone_mark,
                                              premises_mark, made_at, changed_at)
            select ('0199f0c4-7a10-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 'submitted', 1, 1, 'b' || i % 50,
                   sha256(convert_to('l' || i, 'UTF8')), sha256(convert_to('h' || i, 'UTF8')), sha256(convert_to('k' || i, 'UTF8')),
                   sha256(convert_to('p' || i, 'UTF8')), sha256(convert_to('q' || i, 'UTF8')), now(), now()
            from generate_series(1, {applications}) i;
            set session_replication_role = origin;
            analyze
            """,
            connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync();
    }

    private async Task<long> BlocksAsync(NpgsqlDataSource database, string what, string sql, IReadOnlyList<NpgsqlParameter> values)
    {
        await using var command = database.CreateCommand($"explain (analyze, buffers, format json) {sql}");
        foreach (var value in values)
        {
            command.Parameters.Add(value);
        }

        var began = Stopwatch.GetTimestamp();
        var plan = JsonNode.Parse((string)(await command.ExecuteScalarAsync())!)![0]!;
        var top = plan["Plan"]!;
        var blocks = top["Shared Hit Blocks"]!.GetValue<long>() + top["Shared Read Blocks"]!.GetValue<long>();
        output.WriteLine(
            $"{what}: {blocks} blocks, {plan["Execution Time"]} ms, {top["Actual Rows"]} rows of {s_merchants} merchants ({Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms in all)");
        return blocks;
    }
}
