namespace Acquiring.GrainContract;

public class Activating_and_deactivating : ContractTest
{
    [Fact]
    public async Task Concurrent_first_calls_meet_one_activation()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => Grain<IWorkerGrain>("a").ActivationId())));

        ids.Distinct().Count().ShouldBe(1);
        Signals.NotesOf(Key("a") + ":life").ShouldBe(["begin"]);
    }

    [Fact]
    public async Task A_failed_activation_fails_the_calls_that_wait_and_leaves_nothing_behind()
    {
        var fussy = Grain<IFussyGrain>("a");
        var first = fussy.Attempts();
        var second = fussy.Attempts();
        Signals.Raise(Key("a") + ":decide");

        (await Should.ThrowAsync<InvalidDataException>(() => first)).Message.ShouldBe("Not today.");
        await Should.ThrowAsync<InvalidDataException>(() => second);
        Signals.Raise(Key("a") + ":allowed");

        (await fussy.Attempts()).ShouldBeInRange(2, 3); // the calls that waited shared a failed one or had one each
    }

    [Fact]
    public async Task A_grain_that_asks_for_its_end_gets_it_after_that_call()
    {
        var worker = Grain<IWorkerGrain>("a");
        var first = await worker.ActivationId();

        await worker.EndAfterThisCall();

        (await worker.ActivationId()).ShouldNotBe(first);
        Signals.NotesOf(Key("a") + ":life").ShouldBe(["begin", "end ApplicationRequested", "begin"]);
    }

    [Fact]
    public async Task Calls_to_a_deactivating_activation_wait_for_its_end_and_go_to_the_next()
    {
        var worker = Grain<IWorkerGrain>("slow-end");
        var first = await worker.ActivationId();
        await worker.EndAfterThisCall();
        await Signals.Raised(Key("slow-end") + ":ending");

        var notes = Task.WhenAll(Enumerable.Range(0, 20).Select(worker.Note));
        var next = worker.ActivationId();
        for (var i = 0; i < 100; i++)
        {
            await Grain<IWorkerGrain>("elsewhere").Key(); // time enough for a wrong second activation to begin
        }

        Signals.NotesOf(Key("slow-end") + ":life").ShouldBe(["begin"]);
        Signals.Raise(Key("slow-end") + ":may-end");

        await notes;
        (await next).ShouldNotBe(first);
        Signals.NotesOf(Key("slow-end") + ":life").ShouldBe(["begin", "end ApplicationRequested", "begin"]);
        Signals.NotesOf(Key("slow-end")).ShouldBe(Enumerable.Range(0, 20).Select(n => n.ToString()), ignoreOrder: true);
    }
}
