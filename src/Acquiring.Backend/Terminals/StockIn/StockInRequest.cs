using System.Text;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Http;

namespace Acquiring.Backend.Terminals.StockIn;

/// <param name="SerialNo">1 to 40 printable ASCII characters, without spaces.</param>
/// <param name="TerminalNo">Left out, the machine is given the next free number.</param>
public sealed record StockInItem(string? SerialNo, string? TerminalNo = null);

/// <param name="Model">Of all of them, 1 to 60 characters.</param>
/// <param name="Items">1 to 5,000.</param>
public sealed record StockInRequest(string? Model, IReadOnlyList<StockInItem>? Items)
{
    public const int ItemsMax = 5_000;

    internal Refusal? Check()
    {
        if (string.IsNullOrWhiteSpace(Model) || Model.Length > RegistryCells.ModelCharsMax || CardLikeText.Has(Model))
        {
            return Refusal.Of(
                RefusalKind.Invalid, "terminal.text", new Detail("field", "model"), new Detail("max", $"{RegistryCells.ModelCharsMax}"));
        }

        return Items is not { Count: > 0 and <= ItemsMax }
            ? Refusal.Of(RefusalKind.TooLarge, "terminal.stock-in-count", new Detail("max", $"{ItemsMax}"), new Detail("count", $"{Items?.Count ?? 0}"))
            : Items.Any(i => i is null)
                ? Refusal.Of(RefusalKind.Invalid, "request.bad-json", new Detail("place", $"$.items[{Items.TakeWhile(i => i is not null).Count()}]"))
                : null;
    }
}

/// <summary>The same as a file: columns <c>serial_no</c> and, where the numbers are given already, <c>terminal_no</c>.</summary>
internal static class StockInCsv
{
    private const int BytesMax = 1 << 20;

    /// <summary>Refuses what is no UTF-8, no such header, or too large; an odd row is told with its item.</summary>
    public static async Task<Result<IReadOnlyList<StockInItem>>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 << 10];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > BytesMax)
            {
                return Refusal.Of(RefusalKind.TooLarge, "terminal.stock-in-count", new Detail("max", $"{StockInRequest.ItemsMax}"), new Detail("count", "?"));
            }

            body.Write(buffer, 0, read);
        }

        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body.GetBuffer(), 0, (int)body.Length).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return Bad();
        }

        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0)
        {
            return Bad();
        }

        var columns = lines[0].Split(',', StringSplitOptions.TrimEntries);
        var serialAt = Array.IndexOf(columns, "serial_no");
        var numberAt = Array.IndexOf(columns, "terminal_no");
        if (serialAt < 0 || columns.Length != (numberAt < 0 ? 1 : 2))
        {
            return Bad();
        }

        return lines.Skip(1).Select(l => l.Split(',', StringSplitOptions.TrimEntries)).Select(cells => cells.Length != columns.Length
            ? new StockInItem(string.Join(',', cells))
            : new StockInItem(cells[serialAt], numberAt >= 0 && cells[numberAt].Length > 0 ? cells[numberAt] : null)).ToList();
    }

    private static Refusal Bad() => Refusal.Of(RefusalKind.Invalid, "terminal.stock-in-csv");
}

public enum StockInOutcome
{
    /// <summary>In stock now; of a dry run, it would be.</summary>
    Stocked = 1,

    /// <summary>A machine of that serial number is known already, and stays what it is.</summary>
    Known,
    Refused,
}

/// <summary>What became of one item; stored with the request's key, so the text is made anew for each reader.</summary>
internal sealed record StockedItem(string SerialNo, StockInOutcome Outcome, string? TerminalNo, TerminalState? State, Refusal? Refusal);

internal sealed record StockedIn(bool DryRun, IReadOnlyList<StockedItem> Items);
