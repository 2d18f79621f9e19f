using System.Diagnostics;
using Acquiring.Testing;

namespace Acquiring.Standalone.Tests.Postgres;

/// <summary>A cluster made once and stopped, copied by the tests that are not about its making: initdb is most of a test's time.</summary>
public sealed class MadeCluster : IAsyncDisposable
{
    private readonly Lazy<Task<TestDirectory>> _made = new(async () =>
    {
        var directory = new TestDirectory();
        await (await PrivateServer.StartAsync(directory)).DisposeAsync();
        return directory;
    });

    public async Task CopyToAsync(string dataDirectory)
    {
        var made = await _made.Value;
        using var copy = Process.Start("cp", ["-a", made["data"], dataDirectory]);
        await copy.WaitForExitAsync();
        copy.ExitCode.ShouldBe(0);
    }

    public async ValueTask DisposeAsync()
    {
        if (_made.IsValueCreated)
        {
            (await _made.Value).Dispose();
        }
    }
}
