using Acquiring.Backend.Registry;
using Acquiring.Core.Clearing;
using Acquiring.Core.Transactions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Acquiring.Backend.Terminals.BindingCases;

/// <summary>
/// Opens cases for notices that were refused because they disagree with a binding. A refused notice has no transaction of its own, so this is one;
/// when it fails, the refusal stands all the same and the next such notice opens the case.
/// </summary>
internal sealed partial class RefusedNotices(
    NpgsqlDataSource database, RegistryView registries, TimeProvider clock, ILogger<RefusedNotices> log)
{
    /// <summary>Why a notice was refused; <see cref="HoldReason.None"/> when for nothing that opens a case.</summary>
    public static HoldReason ReasonOf(string? code) => code switch
    {
        "transaction.bound-to-another" => HoldReason.BoundToAnother,
        "transaction.unknown-merchant" => HoldReason.UnknownMerchant,
        _ => HoldReason.None,
    };

    public async Task OpenCasesAsync(IReadOnlyList<(ClearingLine Line, HoldReason Reason)> refused)
    {
        try
        {
            var registry = await registries.CurrentAsync(CancellationToken.None);
            await using var connection = await database.OpenConnectionAsync();
            await OpenBindingCases.RunAsync(connection, registry, refused, clock.GetUtcNow().UtcDateTime, CancellationToken.None);
        }
#pragma warning disable CA1031 // The notices are answered already; a case is opened by the next one.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(e, refused.Count);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No case was opened for {Notices} refused notices")]
    private partial void LogFailed(Exception exception, int notices);
}
