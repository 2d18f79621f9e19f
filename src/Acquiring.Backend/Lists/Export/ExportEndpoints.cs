using Acquiring.Backend.Platform;
using Acquiring.Core.Texts;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Acquiring.Backend.Lists.Export;

/// <summary>
/// The lists as CSV files, streamed row by row as the database sends them, so that a hundred thousand rows take no more memory than ten.
/// The audit says who took what before the first byte leaves: a file that was cut is out all the same.
/// </summary>
internal sealed class ExportEndpoints(NpgsqlDataSource database, TextCatalog texts, TimeProvider clock)
{
    private static readonly string[] s_merchantColumns =
        ["merchant-no", "name", "state", "mcc", "branch", "township", "machines", "last-activity", "volume"];

    private static readonly string[] s_terminalColumns =
    [
        "terminal-no", "serial-no", "model", "state", "spare", "merchant-no", "name", "branch", "township", "address", "installed-on",
        "last-activity", "idle-months", "last-contact", "volume", "kind",
    ];

    public async Task MerchantsAsync(HttpContext context, MerchantList list, CancellationToken cancellationToken)
    {
        var parameters = ListParameters.Of(context.Request, MerchantList.ExportParameterNames);
        var rows = list.AllAsync(ListFilter.Read(parameters, MerchantList.States), ListOrder.Read(parameters, MerchantList.Sorts), cancellationToken);
        await WriteAsync(context, "merchants", parameters, s_merchantColumns, rows, r =>
        [
            r.MerchantNo, r.Name, Core.Merchants.MerchantRefusals.Word(r.State), r.Mcc, r.BranchCode, r.Township, r.Machines, r.LastActivityOn,
            r.Volume.AmountFen / 100m,
        ], cancellationToken);
    }

    public async Task TerminalsAsync(HttpContext context, TerminalList list, CancellationToken cancellationToken)
    {
        var parameters = ListParameters.Of(context.Request, TerminalList.ExportParameterNames);
        var rows = list.AllAsync(parameters, ListOrder.Read(parameters, TerminalList.Sorts), cancellationToken);
        await WriteAsync(context, "terminals", parameters, s_terminalColumns, rows, r =>
        [
            r.TerminalNo, r.SerialNo, r.Model, r.State, r.Spare ? 1 : 0, r.MerchantNo, r.MerchantName, r.BranchCode, r.Township, r.Address,
            r.InstalledOn, r.LastActivityOn, r.IdleMonths,
            r.LastContactAt is { } at ? $"{BusinessTime.FromUtc(at.UtcDateTime):yyyy-MM-dd HH:mm:ss}" : null, r.Volume.AmountFen / 100m,
            Core.Terminals.TerminalRefusals.Word(r.Kind),
        ], cancellationToken);
    }

    /// <summary>Columns by the keys of their headings, <c>list.column.…</c>.</summary>
    public async Task WriteAsync<T>(
        HttpContext context, string name, ListParameters parameters, IReadOnlyList<string> columns, IAsyncEnumerable<T> rows,
        Func<T, IReadOnlyList<object?>> cells, CancellationToken cancellationToken)
    {
        // What the database refuses is refused before the file begins. A merchant number that found nothing may be any number.
        await using var enumerator = rows.GetAsyncEnumerator(cancellationToken);
        var any = await enumerator.MoveNextAsync();
        await AuditAsync(name, parameters.Given.Where(g => any || g.Key != "merchantNo").ToDictionary(StringComparer.Ordinal), cancellationToken);

        var response = context.Response;
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename={name}-{BusinessTime.Today(clock):yyyy-MM-dd}.csv";
        var language = RequestLanguage.Of(context);
        await using var csv = new CsvBody(response.Body);
        await csv.WriteAsync([.. columns.Select(c => texts.Text($"list.column.{c}", language))], cancellationToken);
        while (any)
        {
            await csv.WriteAsync(cells(enumerator.Current), cancellationToken);
            any = await enumerator.MoveNextAsync();
        }
    }

    private async Task AuditAsync(string name, Dictionary<string, string> given, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await AuditLog.AppendAsync(connection, transaction, clock, Actors.Operator, "list.export", name, given, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
