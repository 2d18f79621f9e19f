using System.Diagnostics;

namespace Acquiring.Acceptance.Running;

/// <summary>The most memory a process ever held, as the kernel counts it.</summary>
public sealed class ResidentMemory
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(100);

    public long PeakBytes { get; private set; }

    /// <summary>Follows the process until it ends; the kernel's peak survives between two looks, its last does not outlive the process.</summary>
    public void Watch(Process process) => _ = WatchAsync(process.Id);

    private async Task WatchAsync(int processId)
    {
        try
        {
            while (true)
            {
                var peak = (await File.ReadAllLinesAsync($"/proc/{processId}/status"))
                    .FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
                if (peak is null)
                {
                    return;
                }

                PeakBytes = Math.Max(PeakBytes, long.Parse(peak.Split(' ', '\t', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024);
                await Task.Delay(AskAgain);
            }
        }
        catch (IOException)
        {
            // It ended.
        }
    }
}
