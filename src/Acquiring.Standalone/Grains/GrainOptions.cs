namespace Acquiring.Standalone.Grains;

/// <summary>How far sender and receiver of a message are kept apart.</summary>
public enum MessageCopying
{
    /// <summary>They share it: ours are immutable.</summary>
    Off,

    /// <summary>They share what neither can change, and copy the rest: the isolation that Orleans gives.</summary>
    WhatCanChange,

    /// <summary>For tests: what Orleans could not carry from silo to silo fails.</summary>
    Everything,
}

/// <summary>The limits of the grain runtime. All times are measured by the <see cref="TimeProvider"/> of the services.</summary>
public sealed class GrainOptions
{
    /// <summary>
    /// How long a caller waits for an answer, queueing included, before it gets a <see cref="TimeoutException"/>. Default 30 s.
    /// </summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an activation stays after its last call. Default 15 minutes.</summary>
    public TimeSpan IdleAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long construction, reading of state and <c>OnActivateAsync</c> may take together. Default 30 s.</summary>
    public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long <c>OnDeactivateAsync</c> may take before the activation is given up. Default 30 s.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long stopping waits for running calls and deactivations before it gives up what is left. Default 20 s.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Above this number, idle activations are ended early, least recently used first. Default 100,000.</summary>
    public int LiveActivationsMax { get; set; } = 100_000;

    /// <summary>
    /// Calls that may wait for one activation; one more is refused with <see cref="Orleans.Runtime.LimitExceededException"/>. Default
    /// 10,000.
    /// </summary>
    public int WaitingCallsMax { get; set; } = 10_000;

    /// <summary>What is copied of arguments and results, by a System.Text.Json round trip. Default nothing.</summary>
    public MessageCopying Copying { get; set; }

    /// <summary>How often time-outs and idleness are looked at, so each is late by at most this much.</summary>
    internal TimeSpan SweepPeriod
    {
        get
        {
            var shortest = ResponseTimeout < IdleAge ? ResponseTimeout : IdleAge;
            var period = shortest / 10;
            return period > TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1)
                : period < TimeSpan.FromMilliseconds(10) ? TimeSpan.FromMilliseconds(10)
                : period;
        }
    }
}
