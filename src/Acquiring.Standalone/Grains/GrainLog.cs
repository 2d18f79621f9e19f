using Microsoft.Extensions.Logging;

namespace Acquiring.Standalone.Grains;

internal static partial class GrainLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Explanation}")]
    public static partial void CallTimedOut(ILogger log, string explanation);

    [LoggerMessage(2, LogLevel.Error, "{GrainClass} \"{GrainKey}\" did not activate")]
    public static partial void ActivationFailed(ILogger log, Exception exception, string grainClass, string grainKey);

    [LoggerMessage(3, LogLevel.Error, "{GrainClass} \"{GrainKey}\" did not deactivate cleanly")]
    public static partial void DeactivationFailed(ILogger log, Exception exception, string grainClass, string grainKey);

    [LoggerMessage(4, LogLevel.Error, "A timer of {GrainClass} \"{GrainKey}\" threw; it goes on")]
    public static partial void TimerFailed(ILogger log, Exception exception, string grainClass, string grainKey);

    [LoggerMessage(5, LogLevel.Warning, "{GrainClass} \"{GrainKey}\" was given up while stopping: {Doing} had not ended")]
    public static partial void LeftBehind(ILogger log, string grainClass, string grainKey, string doing);
}
