using System.Text.Json.Serialization;
using Acquiring.Core.Pricing;

namespace Acquiring.Core.Onboarding;

/// <summary>Whose shop it is.</summary>
public enum ApplicantKind
{
    /// <summary>A firm or a registered sole trader: it has a licence and a unified social credit code.</summary>
    Enterprise = 1,

    /// <summary>A micro merchant: a person without a licence, known by the ID number of who is in charge.</summary>
    Micro,
}

/// <summary>
/// The paper form. A draft may lack anything; what a submission needs says the form's version (<c>GET /merchant-application-forms</c>).
/// Answers show personal data masked.
/// </summary>
/// <param name="Kind"><c>enterprise</c> or <c>micro</c>.</param>
/// <param name="BranchCode">The branch that will serve the merchant, as the registry knows it.</param>
/// <param name="RegisteredName">As on the licence; of a micro merchant the name of its shop. At most 100 characters.</param>
/// <param name="TradeName">As over the door. At most 100 characters.</param>
/// <param name="LicenceNo">The credit code, or the 15 digits of an older licence.</param>
/// <param name="LicenceExpiresOn">YYYY-MM-DD, later than today; left out where <paramref name="LicenceIsPermanent"/>.</param>
/// <param name="CreditCode">18 characters with the check character of GB 32100.</param>
/// <param name="Mcc">Four digits: what the shop mainly sells.</param>
/// <param name="SettlementAccount">8 to 32 digits.</param>
/// <param name="Phone">A mobile number, or a land line with its area code.</param>
/// <param name="Machines">Which machines are wanted; 1 to 20 models, 50 machines in all.</param>
/// <param name="FeeTerms">The proposed plan, as <c>POST /merchants/{merchantNo}/fee-plans</c> takes it.</param>
public sealed record ApplicationForm(
    ApplicantKind? Kind = null, string? BranchCode = null, string? RegisteredName = null, string? TradeName = null, string? LicenceNo = null,
    string? LicenceExpiresOn = null, bool LicenceIsPermanent = false, string? CreditCode = null, PersonInCharge? PersonInCharge = null,
    string? Mcc = null, Premises? Premises = null, string? SettlementAccount = null, string? Phone = null,
    IReadOnlyList<WantedMachine>? Machines = null, IReadOnlyList<FeeTermDraft>? FeeTerms = null)
{
    /// <summary>How many QR plates are wanted, 1 to 50; with them no machine need be. Not written where it is not there: older forms keep their digests.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? WantedPlates { get; init; }
}

/// <param name="Name">At most 50 characters.</param>
/// <param name="IdNo">The 18 characters of a resident's ID card; its check character may be a small x.</param>
public sealed record PersonInCharge(string? Name = null, string? IdNo = null);

/// <summary>Where the shop is. The position is WGS-84, as satellite receivers give it, not the shifted one of mainland maps.</summary>
/// <param name="Address">At most 200 characters.</param>
/// <param name="Township">At most 100 characters.</param>
/// <param name="Latitude">Degrees north, 3.8 to 53.6.</param>
/// <param name="Longitude">Degrees east, 73.4 to 135.1.</param>
/// <param name="AccuracyMetres">How far it may be off; above 0, at most 500.</param>
public sealed record Premises(
    string? Address = null, string? Township = null, decimal? Latitude = null, decimal? Longitude = null, decimal? AccuracyMetres = null);

/// <param name="Model">At most 60 characters.</param>
/// <param name="Count">1 to 50.</param>
public sealed record WantedMachine(string? Model = null, int Count = 0);
