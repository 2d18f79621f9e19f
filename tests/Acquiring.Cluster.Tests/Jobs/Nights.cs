using Acquiring.Testing;
using Npgsql;

namespace Acquiring.Cluster.Tests.Jobs;

/// <summary>What tests of the night ask the database.</summary>
internal static class Nights
{
    public static async Task<TestDatabase> NewNightAsync(this TestCluster cluster)
    {
        var database = await cluster.NewDatabaseAsync();
        await database.RunAsync("create table tally (business_date date, shard int, run int, step int)");
        return database;
    }

    public static async Task RunAsync(this TestDatabase database, string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<string> TextAsync(this TestDatabase database, string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        return $"{await command.ExecuteScalarAsync()}";
    }

    public static Task UntilAsync(this TestDatabase database, string condition, int seconds = 100) => NightHost.UntilAsync(
        () =>
        {
            using var connection = new NpgsqlConnection(database.ConnectionString);
            connection.Open();
            using var command = new NpgsqlCommand($"select {condition}", connection);
            return command.ExecuteScalar() is true;
        },
        seconds);

    /// <summary>The state of each shard, with how often it was claimed.</summary>
    public static Task<string> LedgerAsync(this TestDatabase database) => database.TextAsync(
        "select string_agg(concat_ws(' ', extract(day from business_date), shard, state, token), ', ' order by business_date, shard) from job_shard");

    /// <summary>How many steps there are, and how many different ones: the same number when nothing was done twice.</summary>
    public static Task<string> TalliedAsync(this TestDatabase database) =>
        database.TextAsync("select concat_ws(' of ', count(distinct (business_date, shard, run, step)), count(*)) from tally");
}
