using Acquiring.Backend.Platform.Migrations;
using Acquiring.Core.Refusals;
using Acquiring.Testing;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Acquiring.Backend.Tests.Platform.Migrations;

public sealed class Migrate(TestCluster cluster)
{
    public static TheoryData<int> Numbers => [.. Enumerable.Range(1, MigrationSet.Embedded.Last)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task The_check_of_a_migration_fails_on_the_database_before_it_and_passes_after_it(int number)
    {
        await using var database = await cluster.NewEmptyDatabaseAsync();
        var check = MigrationSet.Embedded.All[number - 1].Check;

        await Migrator(MigrationSet.Embedded.UpTo(number - 1)).MigrateAsync(database.DataSource);
        await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(database, check));

        await Migrator(MigrationSet.Embedded.UpTo(number)).MigrateAsync(database.DataSource);
        await ExecuteAsync(database, check);
    }

    [Fact]
    public async Task A_second_time_applies_nothing()
    {
        await using var database = await cluster.NewEmptyDatabaseAsync();
        (await Migrator(MigrationSet.Embedded).MigrateAsync(database.DataSource)).ShouldBe(MigrationSet.Embedded.Last);
        (await Migrator(MigrationSet.Embedded).MigrateAsync(database.DataSource)).ShouldBe(0);
    }

    [Fact]
    public async Task Hosts_that_start_together_apply_each_migration_once()
    {
        await using var database = await cluster.NewEmptyDatabaseAsync();
        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Migrator(MigrationSet.Embedded).MigrateAsync(database.DataSource)));
        applied.Sum().ShouldBe(MigrationSet.Embedded.Last);
    }

    [Fact]
    public async Task A_database_of_a_newer_release_is_refused_and_left_as_it_was()
    {
        await using var database = await cluster.NewDatabaseAsync();
        var older = MigrationSet.Embedded.UpTo(MigrationSet.Embedded.Last - 1);
        var refused = await Should.ThrowAsync<RefusedException>(() => Migrator(older).MigrateAsync(database.DataSource));
        refused.Refusal.Code.ShouldBe("migrations.newer-database");
        (await CountAsync(database)).ShouldBe(MigrationSet.Embedded.Last);
    }

    [Fact]
    public async Task A_migration_whose_text_changed_after_it_was_applied_is_refused()
    {
        await using var database = await cluster.NewEmptyDatabaseAsync();
        await Migrator(new([new(1, "one", "create table one ()", "select from one")])).MigrateAsync(database.DataSource);
        var changed = new MigrationSet([new(1, "one", "create table one (a integer)", "select from one"), new(2, "two", "create table two ()", "select from two")]);
        var refused = await Should.ThrowAsync<RefusedException>(() => Migrator(changed).MigrateAsync(database.DataSource));
        refused.Refusal.Code.ShouldBe("migrations.changed");
        (await CountAsync(database)).ShouldBe(1);
    }

    [Fact]
    public async Task A_migration_whose_check_fails_leaves_the_database_at_the_number_before_it()
    {
        await using var database = await cluster.NewEmptyDatabaseAsync();
        var set = new MigrationSet([new(1, "one", "create table one ()", "select from one"), new(2, "two", "create table two ()", "select from three")]);
        await Should.ThrowAsync<PostgresException>(() => Migrator(set).MigrateAsync(database.DataSource));
        (await CountAsync(database)).ShouldBe(1);
        await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(database, "select from two"));
    }

    [Fact]
    public void A_gap_or_a_repeated_number_is_a_bug()
    {
        Should.Throw<InvalidOperationException>(() => new MigrationSet([new(1, "a", "", ""), new(3, "c", "", "")]));
        Should.Throw<InvalidOperationException>(() => new MigrationSet([new(1, "a", "", ""), new(1, "b", "", "")]));
        Should.Throw<InvalidOperationException>(() => new MigrationSet([new(2, "b", "", "")]));
    }

    [Fact]
    public void A_checksum_is_the_same_whatever_line_ends_a_checkout_has() =>
        new Migration(1, "a", "select 1;\r\nselect 2;\r\n", "").Checksum.ShouldBe(new Migration(1, "a", "select 1;\nselect 2;\n", "").Checksum);

    private static Migrator Migrator(MigrationSet set) => new(set, TimeProvider.System, NullLogger<Migrator>.Instance);

    private static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    private static async Task<int> CountAsync(TestDatabase database)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<int>("select count(*) from schema_migration");
    }
}
