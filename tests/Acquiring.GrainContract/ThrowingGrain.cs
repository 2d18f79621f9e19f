using System.Net.Sockets;
using Acquiring.Core.Refusals;
using Npgsql;
using Orleans;
using Orleans.Runtime;

namespace Acquiring.GrainContract;

public interface IThrowingGrain : IGrainWithStringKey
{
    Task<string> ActivationId();

    Task Bug(string text);

    Task BugAtOnce(string text);

    Task Refuse();

    Task RefuseBecause(string cause);

    Task BreakTheDatabase(string sqlState);

    Task CutTheConnection();

    Task FailToStore();

    Task Fail(string exception);
}

public class ThrowingGrain : Grain, IThrowingGrain
{
    private static readonly Refusal NoRoom = Refusal.Of(RefusalKind.Rule, "contract.no-room", new("used", "12"), new("limit", "10"));

    private readonly string _activationId = Guid.CreateVersion7().ToString();

    public Task<string> ActivationId() => Task.FromResult(_activationId);

    public async Task Bug(string text)
    {
        await Task.Yield();
        throw new InvalidDataException(text);
    }

    public Task BugAtOnce(string text) => throw new InvalidDataException(text);

    public Task Refuse() => throw new RefusedException(NoRoom);

    public Task RefuseBecause(string cause) => throw new RefusedException(NoRoom, new IOException(cause));

    public Task BreakTheDatabase(string sqlState) => throw Error("terminating connection", sqlState);

    public Task CutTheConnection() => throw new NpgsqlException("Exception while reading from stream", new IOException("cut"));

    public Task FailToStore() => throw new OrleansException("The store failed.", Error("too many connections", "53300"));

    public Task Fail(string exception) => throw (exception switch
    {
        nameof(TimeoutException) => new TimeoutException("late"),
        nameof(SocketException) => new SocketException((int)SocketError.ConnectionRefused),
        nameof(OverflowException) => new OverflowException("too much"),
        nameof(OperationCanceledException) => new OperationCanceledException("given up"),
        _ => (Exception)new NotSupportedException(exception),
    });

    private static PostgresException Error(string text, string sqlState) =>
        new(text, "FATAL", "FATAL", sqlState, constraintName: "merchant_pk");
}
