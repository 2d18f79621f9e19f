using Acquiring.Standalone.Grains;
using Acquiring.GrainContract;
using Orleans;
using Orleans.Runtime;

namespace Acquiring.Standalone.Tests.Grains;

public sealed class Finding_grain_classes
{
    public interface IOne : IGrainWithStringKey;

    public interface ITwo : IGrainWithStringKey;

    public interface IShapeless : IGrainWithStringKey
    {
        int Count();
    }

    [Fact]
    public void Two_classes_on_one_interface_are_refused() =>
        Should.Throw<InvalidOperationException>(() => GrainCatalog.Of([typeof(First), typeof(Second)]))
            .Message.ShouldContain("a grain interface has one class");

    [Fact]
    public void Two_classes_on_one_state_name_are_refused() =>
        Should.Throw<InvalidOperationException>(() => GrainCatalog.Of([typeof(KeepsOne), typeof(KeepsTwo)]))
            .Message.ShouldContain("keep a state named \"shared\"");

    [Fact]
    public void A_class_without_a_grain_interface_is_refused() =>
        Should.Throw<InvalidOperationException>(() => GrainCatalog.Of([typeof(Faceless)]))
            .Message.ShouldContain("implements no interface that extends IGrainWithStringKey");

    [Fact]
    public void A_method_that_cannot_be_a_message_is_refused() =>
        Should.Throw<InvalidOperationException>(() => GrainMethod.Create(typeof(IShapeless).GetMethod("Count")!, copier: null))
            .Message.ShouldContain("must return Task");

    [Fact]
    public async Task An_interface_without_a_class_is_refused_by_name()
    {
        await using var host = new StandaloneGrainHost();

        Should.Throw<ArgumentException>(() => host.Grains.GetGrain<IOne>("m:1")).Message.ShouldContain("No grain class implements");
        Should.Throw<ArgumentException>(() => host.Grains.GetGrain<IWorkerGrain>("")).ParamName.ShouldBe("key");
        Should.Throw<ArgumentException>(() => host.Grains.GetGrain<IWorkerGrain>("m:1", "Elsewhere.WorkerGrain"))
            .Message.ShouldContain("not by a class named Elsewhere.WorkerGrain");
    }

    private sealed class First : Grain, IOne;

    private sealed class Second : Grain, IOne;

    private sealed class Faceless : Grain;

    private sealed class KeepsOne([PersistentState("shared")] IPersistentState<Contact> state) : Grain, IOne
    {
        public Contact State => state.State;
    }

    private sealed class KeepsTwo([PersistentState("shared")] IPersistentState<Contact> state) : Grain, ITwo
    {
        public Contact State => state.State;
    }
}
