using System.Globalization;
using System.Text;

namespace Acquiring.Standalone.Grains;

/// <summary>Says in words why a call has had no answer: it follows who waits for whom until it finds the one that holds all up.</summary>
internal static class CallDiagnosis
{
    private const int StepsMax = 16;

    /// <summary>Reads without locks: a call that moves meanwhile makes the text stale, never wrong for one that hangs.</summary>
    public static string Explain(GrainCall late, GrainOptions options, TimeProvider clock)
    {
        var now = clock.GetTimestamp();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{late.Target} did not answer {late.MethodName} within {Seconds(options.ResponseTimeout)}")
            .Append(CultureInfo.InvariantCulture, $" (waited {Seconds(clock.GetElapsedTime(late.SentAt, now))}): {late}");
        HashSet<GrainCall> seen = [late];
        var call = late;
        for (var step = 0; step < StepsMax; step++)
        {
            GrainCall? next;
            if (call.StartedAt is not { } startedAt)
            {
                next = call.Target?.SoleRunning;
                text.Append(next is null
                    ? $" has not started, the activation is {call.Target?.StageName}"
                    : $" waits in the queue behind {next}");
            }
            else
            {
                next = call.Child is { IsCompleted: false } child ? child : null;
                text.Append(next is null
                    ? $" has been running for {Seconds(clock.GetElapsedTime(startedAt, now))}"
                    : $" waits for {next}");
            }

            if (next is null)
            {
                break;
            }

            if (!seen.Add(next))
            {
                text.Append(" - a cycle of calls, in which none can finish before the others");
                break;
            }

            text.Append(", which");
            call = next;
        }

        return text.Append(". Its outcome is unknown: look it up before it is sent again.").ToString();
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
