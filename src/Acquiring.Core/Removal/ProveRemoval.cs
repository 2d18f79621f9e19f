using Acquiring.Core.Refusals;
using Acquiring.Core.Terminals;

namespace Acquiring.Core.Removal;

/// <summary>A place in WGS-84, in degrees.</summary>
public readonly record struct GeoPosition(double Latitude, double Longitude)
{
    private const double EarthRadiusMetres = 6_371_008.8;

    /// <summary>Along the surface (haversine), rounded to the metre; off by at most 0.6 %, which is the earth's flattening.</summary>
    public int MetresTo(GeoPosition other)
    {
        var (phi1, phi2) = (double.DegreesToRadians(Latitude), double.DegreesToRadians(other.Latitude));
        var (dPhi, dLambda) = (phi2 - phi1, double.DegreesToRadians(other.Longitude - Longitude));
        var h = (Math.Sin(dPhi / 2) * Math.Sin(dPhi / 2)) + (Math.Cos(phi1) * Math.Cos(phi2) * Math.Sin(dLambda / 2) * Math.Sin(dLambda / 2));
        return (int)Math.Round(2 * EarthRadiusMetres * Math.Asin(Math.Min(1, Math.Sqrt(h))), MidpointRounding.AwayFromZero);
    }
}

/// <summary>How the visit ended.</summary>
public enum RemovalOutcome
{
    Recovered = 1,
    Unrecoverable,
}

/// <summary>What somebody brings from the spot.</summary>
/// <param name="SerialNo">As scanned; of a machine that cannot be fetched there may be none.</param>
/// <param name="HasPhoto">A photo is here whole, with the hash it was declared with.</param>
/// <param name="HasSignature">Likewise.</param>
public sealed record FieldProof(
    RemovalOutcome Outcome, string? SerialNo, GeoPosition? Position, bool HasPhoto, bool HasSignature, TerminalReason? Reason);

/// <summary>Whether a proof is one.</summary>
public static class ProveRemoval
{
    private static readonly TerminalReason[] s_recovered =
    [
        TerminalReason.Idle, TerminalReason.Returned, TerminalReason.Broken, TerminalReason.SuspectedTampering, TerminalReason.EndOfLife,
        TerminalReason.MerchantAsked, TerminalReason.MerchantClosed,
    ];

    private static readonly TerminalReason[] s_unrecoverable = [TerminalReason.CannotBeFetched, TerminalReason.LostOrStolen, TerminalReason.MerchantClosed];

    /// <summary>
    /// The first fault, by field, in this order: serial number, position, photo, signature, reason. Where no position of the premises is known, none is
    /// compared, and the distance is <c>null</c>.
    /// </summary>
    public static Result<int?> Check(FieldProof proof, string serialNo, GeoPosition? premises, long distanceMetresMax)
    {
        if (proof.SerialNo is null ? proof.Outcome == RemovalOutcome.Recovered : !string.Equals(proof.SerialNo.Trim(), serialNo, StringComparison.OrdinalIgnoreCase))
        {
            return Fault("serialNo", "serial", new Detail("expected", serialNo));
        }

        // China, as for inspections.
        if (proof.Position is not { Latitude: >= 3 and <= 54, Longitude: >= 73 and <= 136 } stood)
        {
            return Fault("position", "position-missing");
        }

        var metres = premises?.MetresTo(stood);
        if (metres > distanceMetresMax)
        {
            return Fault("position", "position", new Detail("metres", $"{metres}"), new Detail("max", $"{distanceMetresMax}"));
        }

        if (!proof.HasPhoto)
        {
            return Fault("photoId", "photo");
        }

        if (!proof.HasSignature)
        {
            return Fault("signatureId", "signature");
        }

        var legal = proof.Outcome == RemovalOutcome.Recovered ? s_recovered : s_unrecoverable;
        return proof.Reason is { } reason && legal.Contains(reason)
            ? metres
            : Fault("reason", "reason", new Detail("reasons", string.Join(", ", legal.Select(TerminalRefusals.Word))));
    }

    private static Refusal Fault(string field, string code, params IReadOnlyList<Detail> details) =>
        Refusal.Of(RefusalKind.Rule, $"removal.proof-{code}", [new Detail("field", field), .. details]);
}
