using System.Diagnostics;
using Acquiring.Standalone.Postgres;
using Acquiring.Testing;

namespace Acquiring.Standalone.Tests.Postgres;

public sealed class HoldTheWriterLock : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void There_is_one_writer_and_the_next_comes_when_it_has_gone()
    {
        using (var first = WriterLock.TryAcquire(_directory["data"]))
        {
            first.ShouldNotBeNull();
            WriterLock.TryAcquire(_directory["data"]).ShouldBeNull();
        }

        using var next = WriterLock.TryAcquire(_directory["data"]);
        next.ShouldNotBeNull();
    }

    [Fact]
    public void Another_data_directory_has_another_writer()
    {
        using var one = WriterLock.TryAcquire(_directory["one"]);
        using var two = WriterLock.TryAcquire(_directory["two"]);
        two.ShouldNotBeNull();
    }

    [Fact]
    public async Task Another_process_sees_it_and_its_end_frees_it_however_it_ends()
    {
        using (WriterLock.TryAcquire(_directory["data"]))
        {
        }

        var file = Path.Combine(_directory["data"], "run", "writer.lock");
        using var other = Process.Start(new ProcessStartInfo("flock", ["--exclusive", file, "sh", "-c", "echo held; exec sleep 1000"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        (await other.StandardOutput.ReadLineAsync()).ShouldBe("held");
        WriterLock.TryAcquire(_directory["data"]).ShouldBeNull();
        other.Kill(entireProcessTree: true);
        await other.WaitForExitAsync();
        await other.StandardOutput.ReadToEndAsync();
        using var next = WriterLock.TryAcquire(_directory["data"]);
        next.ShouldNotBeNull();
    }
}
