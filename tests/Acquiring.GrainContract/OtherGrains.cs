using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Acquiring.GrainContract;

public interface IFussyGrain : IGrainWithStringKey
{
    Task<int> Attempts();
}

/// <summary>Refuses to activate until the test allows it.</summary>
public class FussyGrain : Grain, IFussyGrain
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        Signals.Note(key, "attempt");
        Signals.Raise(key + ":attempted");
        await Signals.RaisedEver(key + ":decide");
        if (!Signals.IsRaised(key + ":allowed"))
        {
            throw new InvalidDataException("Not today.");
        }
    }

    public Task<int> Attempts() => Task.FromResult(Signals.NotesOf(this.GetPrimaryKeyString()).Count);
}

public interface IAskingGrain : IGrainWithStringKey
{
    /// <summary>Asks the others in this order, each asking the next.</summary>
    Task<int> Ask(string[] chain);
}

public class AskingGrain : Grain, IAskingGrain
{
    public async Task<int> Ask(string[] chain)
    {
        if (chain.Length == 0)
        {
            return 0;
        }

        var answer = GrainFactory.GetGrain<IAskingGrain>(chain[0]).Ask(chain[1..]);
        Signals.Raise(this.GetPrimaryKeyString() + ":has asked");
        return 1 + await answer;
    }
}

public interface IReentrantAskingGrain : IGrainWithStringKey
{
    Task<int> Ask(string[] chain);
}

[Reentrant]
public class ReentrantAskingGrain : Grain, IReentrantAskingGrain
{
    public async Task<int> Ask(string[] chain) =>
        chain.Length == 0 ? 0 : 1 + await GrainFactory.GetGrain<IReentrantAskingGrain>(chain[0]).Ask(chain[1..]);
}

public interface IDeviceGrain : IGrainWithStringKey
{
    Task<string> ActivationId();

    Task<Contact> Contact();

    Task<bool> IsStored();

    Task Beat(string firmware);

    Task BeatAfter(string signal, string firmware);

    Task Forget();

    Task ReadAgain();

    Task EndAfterThisCall();
}

public class DeviceGrain([PersistentState("contract-device", "acquiring")] IPersistentState<Contact> contact) : Grain, IDeviceGrain
{
    private readonly string _activationId = Guid.CreateVersion7().ToString();

    public Task<string> ActivationId() => Task.FromResult(_activationId);

    public Task<Contact> Contact() => Task.FromResult(contact.State);

    public Task<bool> IsStored() => Task.FromResult(contact.RecordExists);

    public Task Beat(string firmware)
    {
        contact.State.Firmware = firmware;
        contact.State.Beats++;
        return contact.WriteStateAsync();
    }

    public async Task BeatAfter(string signal, string firmware)
    {
        Signals.Raise(signal + ":started");
        await Signals.RaisedEver(signal);
        await Beat(firmware);
    }

    public Task Forget() => contact.ClearStateAsync();

    public Task ReadAgain() => contact.ReadStateAsync();

    public Task EndAfterThisCall()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
