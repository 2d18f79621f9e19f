using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Acquiring.Host.Hosting.Description;

/// <summary>A body to begin with for each operation that takes one, and the lines of a batch and of its answer, which no schema can say.</summary>
internal sealed class BodyExamples : IOperationFilter
{
    private const string Lines = "application/x-ndjson";

    private const string Terms =
        """
        [
          { "payType": "card", "cardKind": "debit",
            "steps": [ { "ratePercent": "0.60", "fixedFen": 30, "minFen": 50, "capFen": 2000 },
                       { "ratePercent": "0.50", "fromVolumeFen": 100000000, "capFen": 2000 } ] },
          { "payType": "card", "cardKind": "credit", "steps": [ { "ratePercent": "0.70" } ] },
          { "payType": "qr", "cardKind": "debit", "steps": [ { "ratePercent": "0.38" } ] }
        ]
        """;

    private const string Sale =
        """
        { "merchantNo": "102360754110001", "terminalNo": "10000009", "batch": 1, "stan": 501, "occurredAt": "2026-11-22T10:15:00+08:00",
          "kind": "sale", "amountFen": 12800, "cardKind": "debit", "card": "621799******1234", "reference": "20261122ABC000501" }
        """;

    private const string Form =
        """
        { "kind": "enterprise", "branchCode": "360700", "registeredName": "赣州市某超市有限公司", "tradeName": "某超市",
          "licenceNo": "91360700MA35A0000L", "licenceExpiresOn": "2099-01-31", "creditCode": "91360700MA35A0000L",
          "personInCharge": { "name": "张三" }, "mcc": "5411",
          "premises": { "address": "红旗大道1号", "township": "水东镇", "latitude": 25.85123, "longitude": 114.93871, "accuracyMetres": 12 },
          "settlementAccount": "1510200109200000001", "phone": "13907970001", "machines": [ { "model": "N86", "count": 2 } ],
          "feeTerms": [ { "payType": "card", "cardKind": "debit", "steps": [ { "ratePercent": "0.60", "capFen": 2000 } ] },
                        { "payType": "card", "cardKind": "credit", "steps": [ { "ratePercent": "0.70" } ] } ] }
        """;

    private static readonly Dictionary<string, string> s_bodies = new(StringComparer.Ordinal)
    {
        ["postTransaction"] = Sale,
        ["setMerchantLimits"] =
            """
            { "version": 0, "effectiveFrom": "2026-11-23",
              "limits": [ { "dayFen": 5000000, "monthFen": 100000000 }, { "payType": "qr", "singleFen": 50000, "dayCount": 200 } ] }
            """,
        ["changeFeePlan"] = $$"""{ "proposalId": "0199f0c4-7a10-7000-8000-000000000003", "effectiveFrom": "2026-12-01", "terms": {{Terms}} }""",
        ["quoteFeePlan"] = $$"""{ "terms": {{Terms}} }""",
        ["startRepricing"] =
            """{ "repricingId": "0199f0c4-7a10-7000-8000-000000000002", "from": "2026-11-14", "to": "2026-11-20", "tariffId": 2 }""",
        ["askForJob"] = """{ "reason": "before the inspection" }""",
        ["cancelJob"] = """{ "reason": "the server is needed for a restore" }""",
        ["restrictMerchant"] =
            """{ "scopes": [ "qr", "refunds" ], "why": "Four chargebacks in a week.", "cure": "A visit by the account manager with a report." }""",
        ["suspendMerchant"] = """{ "why": "The license expired on 2026-11-01.", "cure": "Hand in the renewed license at the branch." }""",
        ["liftHold"] = """{ "hold": 2, "why": "The renewed license was seen." }""",
        ["closeMerchant"] = """{ "why": "The shop was given up." }""",
        ["closeBusinessDay"] = """{ "insist": false }""",
        ["withdrawClearingFile"] = """{ "reason": "The clearing house sent the file of another bank." }""",
        ["resolveHeldLine"] =
            """{ "action": "correct", "note": "The shop uses the machine next door.", "merchantNo": "102360754110001", "terminalNo": "10000009" }""",
        ["repostHeldLines"] = """{ "ids": [ 12, 13 ] }""",
        ["addTerminalContact"] = """{ "firmware": "N86 2.10.3", "signalPercent": 64 }""",
        ["createApplication"] = $$"""{ "applicationId": "0199f0c4-7a10-7000-8000-000000000005", "form": {{Form}}, "submit": true }""",
        ["saveApplication"] = $$"""{ "form": {{Form}}, "submit": true }""",
        ["declareDocument"] =
            """
            { "documentId": "0199f0c4-7a10-7000-8000-000000000006", "kind": "licence", "name": "licence.jpg", "sizeBytes": 482133,
              "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "mediaType": "image/jpeg" }
            """,
        ["askForFixes"] =
            """{ "fixes": [ { "field": "documents.licence", "what": "The photo is blurred: take it again." } ], "why": "The licence cannot be read." }""",
        ["verifyApplication"] = """{ "why": "Compared with the licence at the branch." }""",
        ["signApplication"] = """{ "why": "The agreement was signed at the counter." }""",
        ["activateApplication"] = """{ "why": "Papers and visit are in order." }""",
        ["rejectApplication"] = """{ "why": "The premises are empty." }""",
        ["withdrawApplication"] = """{ "why": "The owner changed her mind." }""",
        ["rerunJob"] = """{ "reason": "a late file was read", "asks": 1 }""",
    };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (s_bodies.TryGetValue(operation.OperationId ?? "", out var body)
            && operation.RequestBody?.Content is { } content
            && content.TryGetValue("application/json", out var media) && media is OpenApiMediaType json)
        {
            json.Example = JsonNode.Parse(body);
        }

        if (operation.OperationId == "postTransaction")
        {
            DescribeBatch(operation);
        }
    }

    private static void DescribeBatch(OpenApiOperation operation)
    {
        var sale = JsonNode.Parse(Sale)!.ToJsonString();
        operation.RequestBody!.Content![Lines] = Text(
            "One notice a line, each as in application/json.", $"{sale}\n{sale.Replace("501", "502", StringComparison.Ordinal)}\n");
        if (operation.Responses!.TryGetValue("200", out var response) && response.Content is { } content)
        {
            content[Lines] = Text(
                "For each line of the batch, in order: `line`, `status` as if it had come alone, and `result` or `problem`.",
                """
                {"line":1,"status":201,"result":{"state":"posted","duplicate":false,"key":{"merchantNo":"102360754110001"}}}
                {"line":2,"status":422,"problem":{"type":"/problems/limit.day-sum","status":422,"code":"limit.day-sum"}}

                """);
        }
    }

    private static OpenApiMediaType Text(string description, string example) => new()
    {
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = description },
        Example = JsonValue.Create(example),
    };
}
