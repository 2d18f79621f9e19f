using System.Text.Json.Nodes;
using Acquiring.Acceptance.Running;
using Acquiring.Testing.Samples;

namespace Acquiring.Acceptance.Requests;

/// <summary>
/// The idempotency matrix over every changing operation of the OpenAPI document, generated from it: the same request again, another request under the
/// key, ten at once, after a crash, without a key.
/// </summary>
public sealed class RepeatEveryOperation
{
    /// <summary>Of these the document's example cannot be done on the bank below; their answers are compared all the same.</summary>
    private static readonly HashSet<string> s_refused = new(StringComparer.Ordinal)
    {
        "liftHold", "pauseWebhook", "resumeWebhook", "removeWebhook", "replayWebhook", "cancelOperation",
        "withdrawClearingFile", "resolveHeldLine", "importRegistry", "ingestClearingFile", "postTransaction",
        "correctAttribute", "revokeAttribute", "changeMerchantGroup", "addGroupMember", "removeGroupMember", "importMerchantGroups",
        "changeAccountManager", "handOverMerchants", "importVolumes",
        // A machine that was imported is active; nothing is to tell or to decide yet.
        "assignTerminal", "installTerminal", "activateTerminal", "swapTerminal", "unmarkTerminalSpare", "verifyTerminal", "resumeTerminal",
        "cancelTerminalRemoval", "reportTerminalFound", "returnTerminalToStock", "scrapTerminal", "reportTerminalUnrecoverable", "makeBindingReport",
        "resolveBindingCase",
        // No night has found anything yet.
        "reassignFollowUp", "completeFollowUp", "cancelFollowUp", "acceptRemoval", "rejectRemoval", "proveRemoval", "declareRemovalPhoto", "sendRemovalPhotoChunk",
        // No merchant waits for a machine.
        "bindRedeployment",
        // The path's example plate is in stock: what needs a bound one is refused, and what comes after the first act has another version.
        "bindQrPlate", "handOutQrPlate", "replaceQrPlate", "reportQrPlateLost", "withdrawQrPlate",
        // They name an application of before, which the path's example is not.
        "saveApplication", "askForFixes", "verifyApplication", "signApplication", "activateApplication", "rejectApplication", "withdrawApplication",
        "declareDocument", "sendDocumentChunk", "dismissBlacklistMatch",
        // Nobody is on a blacklist, no message was sent, and no contact has a version yet.
        "importBlacklist", "importLoans", "acknowledgeAlarm", "clearBlacklistCase", "dismissBlacklistCase", "resendMessage", "setMerchantContact", "setAccountManagerContact",
        "setBranchContact",
    };

    /// <summary>There is one record that they change, and the first request has changed it: done once by ten at once is a test of their own.</summary>
    private static readonly HashSet<string> s_onOneRecord = new(StringComparer.Ordinal) { "adoptTierRuleSet", "adoptIdlePolicy", "setWorkTerm", "setWorkingYear", "setScorecardTarget" };

    private readonly SampleSet _set = SampleSet.Generate(new SampleOptions { Seed = 51, Merchants = 600, Terminals = 900, Dates = 1, SalesPerDate = 50 });
    private readonly List<string> _wrong = [];
    private readonly IReadOnlyList<SampleTerminal> _inUse;

    /// <summary>Machines that no clock runs out for: one of the operations is a night, which puts idle ones under watch.</summary>
    public RepeatEveryOperation() => _inUse = [.. _set.Registry.Terminals.Where(t => !t.Spare && t.LastTransactionOn > new DateOnly(2026, 10, 1))];

    [Fact]
    public async Task Every_changing_operation_does_a_request_once()
    {
        await using var site = new Site();
        var serving = await site.ServeAsync();
        await site.ImportAsync(_set);
        var (_, all) = await ApiOperation.ReadAsync(serving.Http);
        var operations = all.Where(o => o.Changes).ToList();
        operations.Count.ShouldBeGreaterThan(15);
        _inUse.Count.ShouldBeGreaterThan(2 * operations.Count);
        var first = new Dictionary<string, Said>(StringComparer.Ordinal);
        for (var i = 0; i < operations.Count; i++)
        {
            var (operation, merchant) = (operations[i], i);
            var said = await SayAsync(serving.Http, operation, merchant, $"first-{operation.Id}");
            first[operation.Id] = said;
            Check(operation, said.Status < 500, $"answered {said}");
            Check(operation, said.IsDone || s_refused.Contains(operation.Id), $"the example was refused: {said}");
            var again = await SayAsync(serving.Http, operation, merchant, $"first-{operation.Id}");
            Check(operation, said.IsDone ? again == said : again.Status == said.Status, $"again: {again} after {said}");
            if (said.IsDone)
            {
                var other = await SayAsync(serving.Http, operation, merchant, $"first-{operation.Id}", query: "?other=1");
                Check(operation, other.Status == 422 && other.Body.Contains("request.key-reused", StringComparison.Ordinal), $"another request: {other}");
            }

            var without = await SayAsync(serving.Http, operation, merchant, key: null);
            Check(operation, without.Status < 500, $"without a key: {without}");
            await TenAtOnceAsync(serving.Http, operation, operations.Count + merchant, said.IsDone && !s_refused.Contains(operation.Id) && !s_onOneRecord.Contains(operation.Id));
        }

        await serving.KillAsync();
        serving = await site.ServeAsync();
        foreach (var operation in operations.Where(o => first[o.Id].IsDone))
        {
            var after = await SayAsync(serving.Http, operation, operations.IndexOf(operation), $"first-{operation.Id}");
            Check(operation, after == first[operation.Id], $"after a crash: {after} after {first[operation.Id]}");
        }

        _wrong.ShouldBeEmpty();
        first.Values.Count(s => s.IsDone).ShouldBeGreaterThan(8);
        await site.BooksShouldBeTrueAsync();
    }

    private async Task TenAtOnceAsync(HttpClient http, ApiOperation operation, int merchant, bool isDone)
    {
        var ten = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => SayAsync(http, operation, merchant, $"ten-{operation.Id}")));
        Check(operation, ten.All(t => t.Status < 500), "a fault among ten at once");
        if (isDone)
        {
            var done = ten.Where(t => t.IsDone).ToList();
            Check(operation, done.Count > 0 && done.Distinct().Count() == 1, $"ten at once: {string.Join("; ", ten.Select(t => t.ToString()).Distinct())}");
            Check(operation, ten.Where(t => !t.IsDone).All(t => t.Status == 409 && t.Body.Contains("request.key-under-way", StringComparison.Ordinal)), "told otherwise");
        }
    }

    private async Task<Said> SayAsync(HttpClient http, ApiOperation operation, int merchant, string? key, string query = "")
    {
        using var request = operation.Request(
            name => name switch
            {
                "merchantNo" => _set.Registry.Merchants[merchant % _set.Registry.Merchants.Count].No,
                "terminal" or "terminalNo" => _inUse[merchant % _inUse.Count].No,
                _ => $"{operation.Parameters.Single(p => $"{p["name"]}" == name)["example"]}",
            },
            // Ids that the client makes belong to one request.
            operation.Example?.ToJsonString().Replace("0199f0c4-7a10-7000-8000-", $"0199f0c4-7a10-7000-9{merchant:D3}-", StringComparison.Ordinal),
            operation.NeedsVersion ? operation.Id switch { "setWorkingYear" or "setScorecardTarget" => "\"0\"", "setWorkTerm" => "\"12\"", _ => "\"1\"" } : null, key, query);
        using var response = await http.SendAsync(request);
        return new((int)response.StatusCode, response.Headers.ETag?.Tag, await response.Content.ReadAsStringAsync());
    }

    private void Check(ApiOperation operation, bool holds, string what)
    {
        if (!holds)
        {
            _wrong.Add($"{operation.Id}: {what}");
        }
    }

    private sealed record Said(int Status, string? ETag, string Body)
    {
        public bool IsDone => Status is >= 200 and < 300;

        public override string ToString() => $"{Status} {ETag} {(Body.Length > 200 ? Body[..200] : Body)}";
    }
}
