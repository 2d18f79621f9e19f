using Acquiring.Core.Removal;
using Acquiring.Core.Terminals;

namespace Acquiring.Core.Tests.Removal;

public sealed class LeadARemoval
{
    private static readonly GeoPosition s_premises = new(27.1, 114.98);

    /// <summary>Rows: acts; columns: waiting, kept, proposed, ordered. What has ended takes no act.</summary>
    [Theory]
    [InlineData(RemovalAct.Accept, "-", "Ordered", "Ordered", "-")]
    [InlineData(RemovalAct.Reject, "Rejected", "Rejected", "Rejected", "-")]
    [InlineData(RemovalAct.Recover, "-", "-", "-", "Recovered")]
    [InlineData(RemovalAct.ReportUnrecoverable, "-", "-", "-", "Unrecoverable")]
    [InlineData(RemovalAct.Propose, "Proposed", "Proposed", "-", "-")]
    [InlineData(RemovalAct.Wait, "-", "Waiting", "-", "-")]
    [InlineData(RemovalAct.Keep, "Kept", "-", "-", "-")]
    [InlineData(RemovalAct.Withdraw, "Withdrawn", "Withdrawn", "Withdrawn", "Withdrawn")]
    public void Each_cell_of_the_table(RemovalAct act, string waiting, string kept, string proposed, string ordered)
    {
        foreach (var (state, expected) in ((RemovalState, string)[])
            [(RemovalState.Waiting, waiting), (RemovalState.Kept, kept), (RemovalState.Proposed, proposed), (RemovalState.Ordered, ordered)])
        {
            var result = RemovalStanding.Take(state, act);
            (result.Refusal is { } refusal ? refusal.Code == "removal.illegal-step" ? "-" : refusal.Code : $"{result.Value}").ShouldBe(expected, $"{state}");
        }

        foreach (var state in Enum.GetValues<RemovalState>().Where(s => !RemovalStanding.IsLive(s)))
        {
            RemovalStanding.Take(state, act).Refusal!.Code.ShouldBe("removal.illegal-step");
        }
    }

    [Theory]
    [InlineData(RemovalOutcome.Recovered, "S1", 27.1, true, true, TerminalReason.Idle, "0")]
    [InlineData(RemovalOutcome.Recovered, " s1 ", 27.1, true, true, TerminalReason.Broken, "0")]
    [InlineData(RemovalOutcome.Recovered, "S2", 27.1, true, true, TerminalReason.Idle, "removal.proof-serial serialNo")]
    [InlineData(RemovalOutcome.Recovered, null, 27.1, true, true, TerminalReason.Idle, "removal.proof-serial serialNo")]
    [InlineData(RemovalOutcome.Unrecoverable, null, 27.1, true, true, TerminalReason.CannotBeFetched, "0")]
    [InlineData(RemovalOutcome.Unrecoverable, "S2", 27.1, true, true, TerminalReason.CannotBeFetched, "removal.proof-serial serialNo")]
    [InlineData(RemovalOutcome.Recovered, "S1", null, true, true, TerminalReason.Idle, "removal.proof-position-missing position")]
    [InlineData(RemovalOutcome.Recovered, "S1", 1.0, true, true, TerminalReason.Idle, "removal.proof-position-missing position")]
    // 0.0027° are 300.2 metres, rounded 300; 0.00271° are 301.
    [InlineData(RemovalOutcome.Recovered, "S1", 27.1027, true, true, TerminalReason.Idle, "300")]
    [InlineData(RemovalOutcome.Recovered, "S1", 27.10271, true, true, TerminalReason.Idle, "removal.proof-position position")]
    [InlineData(RemovalOutcome.Recovered, "S1", 27.1, false, true, TerminalReason.Idle, "removal.proof-photo photoId")]
    [InlineData(RemovalOutcome.Recovered, "S1", 27.1, true, false, TerminalReason.Idle, "removal.proof-signature signatureId")]
    [InlineData(RemovalOutcome.Recovered, "S1", 27.1, true, true, null, "removal.proof-reason reason")]
    [InlineData(RemovalOutcome.Recovered, "S1", 27.1, true, true, TerminalReason.CannotBeFetched, "removal.proof-reason reason")]
    [InlineData(RemovalOutcome.Unrecoverable, null, 27.1, true, true, TerminalReason.Idle, "removal.proof-reason reason")]
    // The first fault by field is told.
    [InlineData(RemovalOutcome.Recovered, "S2", null, false, false, null, "removal.proof-serial serialNo")]
    public void A_proof_matches_or_names_the_field(
        RemovalOutcome outcome, string? serialNo, double? latitude, bool photo, bool signature, TerminalReason? reason, string expected)
    {
        var proof = new FieldProof(outcome, serialNo, latitude is { } l ? new(l, 114.98) : null, photo, signature, reason);
        var result = ProveRemoval.Check(proof, "S1", s_premises, 300);
        (result.Refusal is { } refusal ? $"{refusal.Code} {refusal["field"]}" : $"{result.Value}").ShouldBe(expected);
        if (expected == "removal.proof-position position")
        {
            ProveRemoval.Check(proof, "S1", null, 300).Accepted(out var metres, out _).ShouldBeTrue();
            metres.ShouldBeNull();
        }
    }
}
