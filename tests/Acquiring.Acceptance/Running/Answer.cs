using System.Text.Json;

namespace Acquiring.Acceptance.Running;

/// <summary>What one run of a verb said.</summary>
public sealed record Answer(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>The one JSON document on standard output. Anything else there is a broken promise.</summary>
    public JsonElement Json
    {
        get
        {
            try
            {
                return JsonDocument.Parse(Output).RootElement;
            }
            catch (JsonException e)
            {
                throw new ShouldAssertException($"{this}\nstandard output is not one JSON document: {e.Message}", e);
            }
        }
    }

    public Answer ShouldBeDone()
    {
        ExitCode.ShouldBe(0, ToString());
        return this;
    }

    /// <summary>Exit 1, a text that a person can act on, and no stack trace.</summary>
    public Answer ShouldBeRefused()
    {
        ExitCode.ShouldBe(1, ToString());
        (Output + Error).Trim().ShouldNotBeEmpty(ToString());
        (Output + Error).ShouldNotContain("   at Acquiring.", customMessage: ToString());
        if (Output.Length > 0)
        {
            _ = Json;
        }

        return this;
    }

    public override string ToString() => $"acquiring {Command}\nexit {ExitCode}\n{Short(Output)}\n{Short(Error)}";

    private static string Short(string text) => text.Length <= 3000 ? text : $"{text[..1500]}\n...\n{text[^1500..]}";
}
