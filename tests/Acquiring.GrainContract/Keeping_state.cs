namespace Acquiring.GrainContract;

public class Keeping_state : ContractTest
{
    [Fact]
    public async Task A_grain_without_a_record_begins_with_a_new_state()
    {
        var device = Grain<IDeviceGrain>("a");

        (await device.IsStored()).ShouldBeFalse();
        (await device.Contact()).Beats.ShouldBe(0);
    }

    [Fact]
    public async Task What_was_written_is_there_in_the_next_activation()
    {
        var device = Grain<IDeviceGrain>("a");
        await device.Beat("v1");
        await device.Beat("v2");
        var first = await device.ActivationId();
        await device.EndAfterThisCall();

        (await device.ActivationId()).ShouldNotBe(first);
        (await device.IsStored()).ShouldBeTrue();
        var contact = await device.Contact();
        (contact.Firmware, contact.Beats).ShouldBe(("v2", 2));
        (await Grain<IDeviceGrain>("b").IsStored()).ShouldBeFalse();
    }

    [Fact]
    public async Task What_was_cleared_is_gone_and_can_be_written_again()
    {
        var device = Grain<IDeviceGrain>("a");
        await device.Beat("v1");
        await device.Forget();
        (await device.IsStored()).ShouldBeFalse();
        await device.EndAfterThisCall();
        (await device.Contact()).Beats.ShouldBe(0);

        await device.Beat("v3");
        await device.EndAfterThisCall();

        (await device.Contact()).Firmware.ShouldBe("v3");
    }
}
