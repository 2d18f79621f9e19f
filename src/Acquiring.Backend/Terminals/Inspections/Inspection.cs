using Acquiring.Core.Refusals;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Terminals.Inspections;

public enum InspectionResult
{
    InOrder = 1,

    /// <summary>The machine stands elsewhere than its binding says.</summary>
    Moved,
    Missing,
    PremisesClosed,
    Tampered,
    Other,
}

/// <param name="Latitude">WGS-84, in degrees; China lies between 3 and 54.</param>
/// <param name="Longitude">Between 73 and 136.</param>
public sealed record InspectionPosition(double Latitude, double Longitude);

/// <param name="InspectedOn">Not after today and not more than a year ago.</param>
/// <param name="Inspector">Who was there, 1 to 60 characters. Kept sealed.</param>
/// <param name="Note">At most 500 characters; needed where the result is not <c>inOrder</c>.</param>
/// <param name="Position">Where the inspector stood. Kept sealed.</param>
public sealed record InspectTerminalRequest(
    DateOnly? InspectedOn, string? Inspector, InspectionResult Result, string? Note = null, InspectionPosition? Position = null)
{
    public const int InspectorLengthMax = 60;
    public const int NoteLengthMax = 500;

    /// <summary>In the order of the fields.</summary>
    internal Refusal? Check(DateOnly today)
    {
        var note = Note ?? "";
        return InspectedOn is not { } on || on > today || on < today.AddYears(-1)
            ? Refusal.Of(
                RefusalKind.Invalid, "inspection.date", new Detail("first", $"{today.AddYears(-1):yyyy-MM-dd}"), new Detail("last", $"{today:yyyy-MM-dd}"))
            : string.IsNullOrWhiteSpace(Inspector) || Inspector.Length > InspectorLengthMax ? Text("inspector", InspectorLengthMax)
            : CardLikeText.Has(Inspector) ? Card("inspector")
            : !Enum.IsDefined(Result) ? Refusal.Of(RefusalKind.Invalid, "request.missing", new Detail("parameter", "result"))
            : note.Length > NoteLengthMax || (Result != InspectionResult.InOrder && string.IsNullOrWhiteSpace(note)) ? Text("note", NoteLengthMax)
            : CardLikeText.Has(note) ? Card("note")
            : Position is { } p && !(p is { Latitude: >= 3 and <= 54, Longitude: >= 73 and <= 136 })
                ? Refusal.Of(RefusalKind.Invalid, "inspection.position")
            : null;
    }

    private static Refusal Text(string field, int max) =>
        Refusal.Of(RefusalKind.Invalid, "terminal.text", new Detail("field", field), new Detail("max", $"{max}"));

    private static Refusal Card(string field) => Refusal.Of(RefusalKind.Invalid, "terminal.card-in-text", new Detail("field", field));
}

/// <param name="DueOn">When the next one is due.</param>
public sealed record InspectionAnswer(int InspectionId, string TerminalNo, DateOnly InspectedOn, InspectionResult Result, string Note, DateOnly DueOn);

/// <param name="InspectedOn">The last inspection; <c>null</c> before the first, which is due a year after the installation.</param>
public sealed record DueInspection(
    string TerminalNo, string SerialNo, string MerchantNo, string MerchantName, string BranchCode, string InstallationAddress, DateOnly InstalledOn,
    DateOnly? InspectedOn, DateOnly DueOn);
