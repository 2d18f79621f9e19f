using Acquiring.Core.Refusals;

namespace Acquiring.Backend.Transactions.Ingest;

/// <summary>Why a file as a whole is not taken in, or not counted as complete. What its format refuses is in Core/Clearing.</summary>
internal static class IngestRefusals
{
    public static Refusal FileName(int length) => Refusal.Of(
        RefusalKind.Invalid, "ingest.file-name", new Detail("length", $"{length}"), new Detail("max", $"{ClearingFileRequest.FileNameLengthMax}"));

    public static Refusal Channel() => Refusal.Of(
        RefusalKind.Invalid, "ingest.channel", new Detail("max", $"{ClearingFileRequest.ChannelLengthMax}"));

    public static Refusal NegativeTotal() => Refusal.Of(RefusalKind.Invalid, "ingest.negative-total");

    public static Refusal NoBusinessDate(string file) => Refusal.Of(
        RefusalKind.Invalid, "ingest.no-business-date", new Detail("file", file));

    public static Refusal BusinessDateRange(DateOnly date) => Refusal.Of(
        RefusalKind.Invalid, "ingest.business-date-range", new Detail("date", $"{date:yyyy-MM-dd}"));

    public static Refusal ControlLines(string file, long declared, long read) => Refusal.Of(
        RefusalKind.Rule, "ingest.control-lines",
        new Detail("file", file), new Detail("declared", $"{declared}"), new Detail("read", $"{read}"));

    public static Refusal ControlGross(string file, long declaredFen, long readFen) => Refusal.Of(
        RefusalKind.Rule, "ingest.control-gross",
        new Detail("file", file), new Detail("declaredFen", $"{declaredFen}"), new Detail("readFen", $"{readFen}"));

    public static Refusal WithdrawnMeanwhile(int fileId) => Refusal.Of(
        RefusalKind.Conflict, "ingest.withdrawn-meanwhile", new Detail("fileId", $"{fileId}"));

    public static Refusal UnknownFile(string id) => Refusal.Of(RefusalKind.NotFound, "ingest.unknown-file", new Detail("file", id));
}
