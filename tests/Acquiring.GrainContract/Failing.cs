using System.Net.Sockets;
using Acquiring.Core.Refusals;
using Npgsql;
using Orleans.Runtime;

namespace Acquiring.GrainContract;

/// <summary>What a grain throws is what its caller catches: the edge maps refusals, outages and bugs by these types and members.</summary>
public class Failing : ContractTest
{
    [Fact]
    public async Task Leaves_the_activation_usable()
    {
        var worker = Grain<IThrowingGrain>("a");
        var activation = await worker.ActivationId();

        (await Should.ThrowAsync<InvalidDataException>(() => worker.Bug("Bad line 7."))).Message.ShouldBe("Bad line 7.");
        (await Should.ThrowAsync<InvalidDataException>(() => worker.BugAtOnce("Bad line 8."))).Message.ShouldBe("Bad line 8.");

        (await worker.ActivationId()).ShouldBe(activation);
    }

    [Fact]
    public async Task A_refusal_arrives_whole()
    {
        var refused = await Should.ThrowAsync<RefusedException>(() => Grain<IThrowingGrain>("a").Refuse());

        refused.Refusal.Kind.ShouldBe(RefusalKind.Rule);
        refused.Refusal.Code.ShouldBe("contract.no-room");
        refused.Refusal.Details.ShouldBe([new("used", "12"), new("limit", "10")]);
        refused.InnerException.ShouldBeNull();
    }

    [Fact]
    public async Task A_refusal_keeps_its_cause()
    {
        var refused = await Should.ThrowAsync<RefusedException>(() => Grain<IThrowingGrain>("a").RefuseBecause("The disk is full."));

        refused.Refusal.Code.ShouldBe("contract.no-room");
        refused.InnerException.ShouldBeOfType<IOException>().Message.ShouldBe("The disk is full.");
    }

    [Fact]
    public async Task An_error_of_the_database_keeps_what_tells_an_outage_from_a_bug()
    {
        var error = await Should.ThrowAsync<PostgresException>(() => Grain<IThrowingGrain>("a").BreakTheDatabase("57P01"));

        error.SqlState.ShouldBe("57P01");
        error.MessageText.ShouldBe("terminating connection");
        error.ConstraintName.ShouldBe("merchant_pk");
    }

    [Fact]
    public async Task A_cut_connection_keeps_its_cause()
    {
        var cut = await Should.ThrowAsync<NpgsqlException>(() => Grain<IThrowingGrain>("a").CutTheConnection());

        cut.ShouldBeOfType<NpgsqlException>();
        cut.IsTransient.ShouldBeTrue();
        cut.InnerException.ShouldBeOfType<IOException>();
    }

    [Fact]
    public async Task A_failure_of_storage_keeps_the_database_s_error_inside()
    {
        var failure = await Should.ThrowAsync<OrleansException>(() => Grain<IThrowingGrain>("a").FailToStore());

        failure.InnerException.ShouldBeOfType<PostgresException>().SqlState.ShouldBe("53300");
    }

    [Fact]
    public async Task Failures_of_the_system_arrive_as_themselves()
    {
        await Should.ThrowAsync<TimeoutException>(() => Grain<IThrowingGrain>("a").Fail(nameof(TimeoutException)));
        await Should.ThrowAsync<SocketException>(() => Grain<IThrowingGrain>("a").Fail(nameof(SocketException)));
        await Should.ThrowAsync<OverflowException>(() => Grain<IThrowingGrain>("a").Fail(nameof(OverflowException)));
        await Should.ThrowAsync<OperationCanceledException>(() => Grain<IThrowingGrain>("a").Fail(nameof(OperationCanceledException)));
    }
}
