using Orleans.Storage;

namespace Acquiring.GrainContract;

/// <summary>Two activations of one grain can exist for a moment; the version in the database refuses the second writer.</summary>
public class Losing_a_race : ContractTest
{
    private const string State = "contract-device";

    [Fact]
    public async Task The_stale_writer_is_refused_ends_and_the_next_call_reads_the_truth()
    {
        var device = Grain<IDeviceGrain>("a");
        await device.Beat("mine");
        var first = await device.ActivationId();
        await Host.WriteBehindItsBackAsync(State, Key("a"), """{"firmware": "theirs", "beats": 7}""");

        await Should.ThrowAsync<InconsistentStateException>(() => device.Beat("mine again"));

        var contact = await device.Contact();
        (contact.Firmware, contact.Beats).ShouldBe(("theirs", 7));
        (await device.ActivationId()).ShouldNotBe(first);
        await device.Beat("mine at last");
        (await device.Contact()).Beats.ShouldBe(8);
    }

    [Fact]
    public async Task The_second_of_two_first_writers_is_refused()
    {
        var device = Grain<IDeviceGrain>("a");
        (await device.IsStored()).ShouldBeFalse();
        await Host.WriteBehindItsBackAsync(State, Key("a"), """{"firmware": "theirs", "beats": 1}""");

        await Should.ThrowAsync<InconsistentStateException>(() => device.Beat("mine"));

        (await device.Contact()).Firmware.ShouldBe("theirs");
    }

    [Fact]
    public async Task A_clear_over_another_s_write_is_refused()
    {
        var device = Grain<IDeviceGrain>("a");
        await device.Beat("mine");
        await Host.WriteBehindItsBackAsync(State, Key("a"), """{"firmware": "theirs", "beats": 7}""");

        await Should.ThrowAsync<InconsistentStateException>(() => device.Forget());

        (await device.Contact()).Firmware.ShouldBe("theirs");
    }

    [Fact]
    public async Task Who_only_reads_again_goes_on()
    {
        var device = Grain<IDeviceGrain>("a");
        await device.Beat("mine");
        await Host.WriteBehindItsBackAsync(State, Key("a"), """{"firmware": "theirs", "beats": 7}""");

        await device.ReadAgain();
        await device.Beat("mine again");

        (await device.Contact()).Beats.ShouldBe(8);
    }
}
