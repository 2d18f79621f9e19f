using System.Globalization;
using System.Security.Cryptography;
using Acquiring.Backend.IdlePolicies.Policies;
using Acquiring.Backend.IdlePolicies.Run;
using Acquiring.Backend.Lists;
using Acquiring.Backend.Lists.Export;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Terminals;
using Acquiring.Core.IdlePolicies;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Acquiring.Backend.IdlePolicies.Ask;

/// <summary>What verdicts are listed by; named as they are in the address, read by <see cref="ListParameters"/>.</summary>
public sealed record IdleVerdictListQuery(
    string? terminalNo, string? merchantNo, string? layer, string? state, string? branch, string? standing, string? from, string? to, string? cursor, string? limit);

/// <summary>What verdicts are exported by.</summary>
public sealed record IdleVerdictExportQuery(
    string? terminalNo, string? merchantNo, string? layer, string? state, string? branch, string? standing, string? from, string? to);

/// <summary>Verdicts asked for: of a terminal on a date, as a list, and as what another policy would say.</summary>
internal static class IdleVerdictEndpoints
{
    private static readonly DateOnly s_first = new(2000, 1, 1);
    private static readonly string[] s_columns =
        ["terminal-no", "merchant-no", "name", "branch", "idle-layer", "judged-on", "idle-state", "idle-rule", "idle-since", "idle-policy", "idle-standing"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/terminals/{terminal}/idle-verdicts", AskAsync)
            .WithName("getTerminalIdleVerdicts").WithTags("Idle policies").WithSummary("What was found of a terminal on a date, present or past")
            .WithDescription(
                "For each layer that ever had an answer: found, exempt (by what) or clear, with policy, rule, numbers, evidence and what would change it. Made of rows " +
                "that never change: for a date whose night is over (`judgedThrough` is the date) the same bytes whenever it is asked. A layer that is not there is " +
                "clear. The ETag is a digest of the bytes. The two legal clocks are answered by listIdleTerminals.")
            .Produces<object>(contentType: "application/json").ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/idle-verdicts", async (
                [AsParameters] IdleVerdictListQuery _, HttpContext context, IdleVerdictList list, CancellationToken cancellationToken) =>
                Results.Ok(await list.PageAsync(ListParameters.Of(context.Request, IdleVerdictList.ParameterNames), cancellationToken)))
            .WithName("listIdleVerdicts").WithTags("Idle policies").WithSummary("What the nights found of low volume and early warnings, the latest first")
            .WithDescription(
                "All filters hold together; several values of `layer` and `state` are divided by commas. With `standing=true` only what stands now. The branch, with all " +
                "below it, is the merchant's present one.")
            .Produces<Page<IdleVerdictRow>>().ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/idle-verdicts.csv", ExportAsync)
            .WithName("exportIdleVerdicts").WithTags("Idle policies").WithSummary("The same list as a CSV file, whole")
            .WithDescription("As exportMerchants: streamed, UTF-8 with a byte order mark; the audit keeps who took it and the filter.")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/idle-policies/{version:int}/what-if", async (
                int version, DateOnly? on, int? against, IdleWhatIf whatIf, TimeProvider clock, CancellationToken cancellationToken) =>
                OutOfRange(on, clock, out var date) ?? (await whatIf.CountAsync(version, against, date, cancellationToken)).ToHttp())
            .WithName("compareIdlePolicy").WithTags("Idle policies").WithSummary("How many terminals a policy would answer otherwise, compared with those in force or with another")
            .WithDescription("Judges the whole fleet by both on a date and writes nothing; it takes as long as the fleet is large (docs/benchmarks.md). `on` left out is today.")
            .Produces<IdleWhatIfAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/idle-policies/{version:int}/what-if/terminals", MovedAsync)
            .WithName("listIdlePolicyMoves").WithTags("Idle policies").WithSummary("The terminals behind the counts of compareIdlePolicy, a page at a time")
            .WithDescription("`layer`, `from` and `to` are those of a count; left out they are any.")
            .Produces<Page<IdleMovedTerminal>>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> AskAsync(
        string terminal, DateOnly? on, HttpContext context, NpgsqlDataSource database, TerminalAddresses addresses, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var today = BusinessTime.Today(clock);
        var date = on ?? today;
        if (date < s_first || date > today)
        {
            return ProblemResults.Of(IdlePolicyRefusals.DateRange(date, s_first, today));
        }

        if (!(await addresses.FindAsync(terminal, cancellationToken)).Accepted(out var no, out var unknown))
        {
            return ProblemResults.Of(unknown);
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await TerminalVerdictsOnDate.OfAsync(connection, no.Text, date, cancellationToken) is not { } verdicts)
        {
            return ProblemResults.Of(TerminalRefusals.Unknown(terminal));
        }

        var bytes = verdicts.ToBytes();
        context.Response.Headers.ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"";
        return Results.Bytes(bytes, "application/json; charset=utf-8");
    }

    private static async Task<IResult> MovedAsync(
        int version, DateOnly? on, int? against, string? layer, string? from, string? to, string? cursor, int? limit, IdleWhatIf whatIf, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (OutOfRange(on, clock, out var date) is { } refused)
        {
            return refused;
        }

        if (layer is not null && !VerdictWords.Layers.Contains(layer))
        {
            return ProblemResults.Of(IdlePolicyRefusals.Word("layer"));
        }

        if (!PageRequest.Of(cursor, limit, keyParts: 3).Accepted(out var page, out var refusal))
        {
            return ProblemResults.Of(refusal);
        }

        var after = (-1, -1, -1);
        if (!page.IsFirst)
        {
            var parts = new int[3];
            for (var i = 0; i < 3; i++)
            {
                if (!int.TryParse(page.After[i], NumberStyles.None, CultureInfo.InvariantCulture, out parts[i]))
                {
                    return ProblemResults.Of(Cursor.Bad());
                }
            }

            after = (parts[0], parts[1], parts[2]);
        }

        var found = await whatIf.PageAsync(
            version, against, date, layer is null ? null : VerdictWords.Layer(layer), from, to, after, page.Limit + 1, cancellationToken);
        return found.Accepted(out var rows, out var unknown) ? Results.Ok(Told(page.Cut(rows, r => r.Key))) : ProblemResults.Of(unknown);

        static Page<IdleMovedTerminal> Told(Page<(IdleMovedTerminal Row, string[] Key)> cut) => new([.. cut.Items.Select(r => r.Row)], cut.Next);
    }

    private static IResult? OutOfRange(DateOnly? on, TimeProvider clock, out DateOnly date)
    {
        var last = BusinessTime.Today(clock).AddDays(AdoptIdlePolicy.DaysAheadMax);
        date = on ?? BusinessTime.Today(clock);
        return date < s_first || date > last ? ProblemResults.Of(IdlePolicyRefusals.DateRange(date, s_first, last)) : null;
    }

    private static async Task ExportAsync(
        [AsParameters] IdleVerdictExportQuery _, HttpContext context, IdleVerdictList list, ExportEndpoints exports, CancellationToken cancellationToken)
    {
        var parameters = ListParameters.Of(context.Request, IdleVerdictList.ExportParameterNames);
        await exports.WriteAsync(context, "idle-verdicts", parameters, s_columns, list.AllAsync(parameters, cancellationToken), r =>
        [
            r.TerminalNo, r.MerchantNo, r.MerchantName, r.BranchCode, r.Layer, r.JudgedOn, r.State, r.Rule, r.Since, r.PolicyVersion, r.Standing ? "true" : "false",
        ], cancellationToken);
    }
}
