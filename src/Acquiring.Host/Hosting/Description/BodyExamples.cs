using System.Text.Json.Nodes;
using Acquiring.Core.Registry;
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
        ["askForNight"] = """{ "insist": false, "reason": "before the inspection" }""",
        ["askForJob"] = """{ "reason": "before the inspection" }""",
        ["cancelJob"] = """{ "reason": "the server is needed for a restore" }""",
        ["restrictMerchant"] =
            """{ "scopes": [ "qr", "refunds" ], "why": "Four chargebacks in a week.", "cure": "A visit by the account manager with a report." }""",
        ["suspendMerchant"] = """{ "why": "The license expired on 2026-11-01.", "cure": "Hand in the renewed license at the branch." }""",
        ["liftHold"] = """{ "hold": 2, "why": "The renewed license was seen." }""",
        ["closeMerchant"] = """{ "why": "The shop was given up." }""",
        ["createTierRuleSet"] =
            """
            { "name": "Hotels from four stars on", "keyTownships": [ "九堡镇" ],
              "rules": [ { "code": "hotel", "tier": "bigHotel", "dimension": "industry", "class": "big", "mccs": [ "7011" ], "attribute": "starRating", "min": 4, "source": "Decision of the branch, 2026-11 [S]" },
                         { "code": "rural", "tier": "ruralKeyTownship", "dimension": "rural", "mccs": [ "5411", "5331" ], "keyTownship": true, "source": "Bank's own list [S]" } ],
              "thresholds": [ { "for": "big", "grade": "a", "netFenMin": 300000000, "activePercentMin": 80, "commissionFenMin": 300000, "source": "[U]" } ],
              "hysteresis": { "promotionMonths": 2, "demotionMonths": 2, "keepPercent": 80, "source": "[U]" },
              "effects": [ { "for": "bigHotel", "visitEveryDays": 30, "source": "[U]" } ] }
            """,
        ["adoptTierRuleSet"] = """{ "effectiveFrom": "2026-12-01", "why": "Decided on 2026-11-20." }""",
        ["createIdlePolicy"] =
            """
            { "name": "Low below 2,000.00 yuan, in the county",
              "legalClocks": { "verifyAfterMonths": 3, "removeAfterMonths": 12, "source": "中支协发〔2021〕161号 [S/R]" },
              "lowVolume": { "months": 3, "amountFenBelow": 200000, "countBelow": 5, "activeDaysBelow": 4, "source": "Decision of the branch, 2026-11-20 [U]" },
              "exemptions": [ { "kind": "spare", "source": "[U]" }, { "kind": "newlyInstalled", "days": 90, "source": "[U]" }, { "kind": "seasonal", "source": "[U]" } ],
              "earlyWarning": { "allTerminals": { "daysMin": 2, "daysMax": 10, "source": "[R]" }, "mostTerminals": { "sharePercent": 80, "days": 5, "source": "[R]" },
                                "anyTerminal": { "daysMoreThan": 10, "source": "[R]" } } }
            """,
        ["adoptIdlePolicy"] = """{ "effectiveFrom": "2026-12-01", "why": "Decided on 2026-11-20." }""",
        ["setWorkTerm"] = """{ "term": "reverifyDays", "value": 20, "branch": "360700", "source": "Decision of the branch, 2026-11-20 [U]", "why": "Sooner known." }""",
        ["reassignFollowUp"] = """{ "owner": "AM0042", "why": "On leave until the end of the month." }""",
        ["completeFollowUp"] = """{ "result": "passed", "why": "Seen on the spot: the shop is open, the licence is the registered one." }""",
        ["bindRedeployment"] = """{ "terminalNo": "10000009", "why": "Fetched next door; as good as new." }""",
        ["acceptRemoval"] = """{ "why": "Silent for a year; the merchant agrees.", "orderLastMachine": false }""",
        ["rejectRemoval"] = """{ "why": "The merchant reopens in spring." }""",
        ["declareRemovalPhoto"] =
            """
            { "documentId": "0199f0c4-7a10-7000-8000-000000000009", "kind": "photo", "name": "machine.jpg", "sizeBytes": 482133,
              "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "mediaType": "image/jpeg" }
            """,
        ["proveRemoval"] =
            """
            { "outcome": "recovered", "serialNo": "N860000123", "position": { "latitude": 27.113211, "longitude": 114.981223 },
              "photoId": "0199f0c4-7a10-7000-8000-000000000009", "signatureId": "0199f0c4-7a10-7000-8000-00000000000a", "reason": "idle" }
            """,
        ["cancelFollowUp"] = """{ "why": "The market is rebuilt until spring." }""",
        ["runTiers"] = """{ "date": "2026-11-20", "dryRun": true }""",
        ["runAlarms"] = """{ "date": "2026-11-20", "dryRun": true }""",
        ["acknowledgeAlarm"] = """{ "note": "The owner was called on 2026-11-21; the shop is being rebuilt until the 30th." }""",
        ["closeBusinessDay"] = """{ "insist": false }""",
        ["withdrawClearingFile"] = """{ "reason": "The clearing house sent the file of another bank." }""",
        ["resolveHeldLine"] =
            """{ "action": "correct", "note": "The shop uses the machine next door.", "merchantNo": "102360754110001", "terminalNo": "10000009" }""",
        ["repostHeldLines"] = """{ "ids": [ 12, 13 ] }""",
        ["addTerminalContact"] = """{ "firmware": "N86 2.10.3", "signalPercent": 64 }""",
        ["createWebhook"] =
            """
            { "webhookId": "0199f0c4-7a10-7000-8000-000000000005", "url": "https://hooks.example.com/acquiring",
              "secret": "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0", "types": [ "merchant.*" ] }
            """,
        ["setMerchantContact"] = """{ "phone": "13900000000", "email": "shop@example.com", "language": "zh-CN" }""",
        ["setAccountManagerContact"] = """{ "email": "am0042@bank.example", "language": "zh-CN" }""",
        ["setBranchContact"] = """{ "phone": "0797-8000000", "email": "branch@bank.example", "language": "zh-CN" }""",
        ["replayWebhook"] = """{ "from": "2026-11-20T00:00:00+08:00" }""",
        ["confirmAttribute"] =
            """
            { "attribute": "starRating", "value": "3", "document": "Plaque 2024-118", "validFrom": "2024-05-01",
              "why": "The plaque was seen on the visit of 2026-11-20." }
            """,
        ["correctAttribute"] =
            """{ "value": "4", "document": "Plaque 2024-119", "validFrom": "2024-05-01", "why": "The number was misread." }""",
        ["revokeAttribute"] = """{ "from": "2026-11-01", "why": "Downgraded by the tourism office." }""",
        ["changeMcc"] =
            """{ "mcc": "5995", "mainBusiness": "Pet food and supplies.", "evidence": "Visit of 2026-11-20, invoices of October." }""",
        ["setWorkingYear"] =
            """
            { "source": "国办发明电〔2026〕1号", "days": [ { "on": "2027-01-01", "works": false, "name": "元旦" },
                                                         { "on": "2027-01-03", "works": true, "name": "调休上班" } ] }
            """,
        ["setScorecardTarget"] = """{ "branchCode": "360700", "measure": "volumeFen", "year": 2026, "month": 11, "value": 5000000000 }""",
        ["createMerchantGroup"] = """{ "code": "yonghe", "kind": "chain", "name": "永和连锁" }""",
        ["changeMerchantGroup"] = """{ "kind": "market", "name": "城东建材市场" }""",
        ["addGroupMember"] = """{ "merchantNo": "102360754110001", "from": "2026-11-22" }""",
        ["removeGroupMember"] = """{ "on": "2026-12-01", "why": "The shop left the chain." }""",
        ["createAccountManager"] = """{ "managerCode": "AM0042", "branchCode": "360700" }""",
        ["changeAccountManager"] = """{ "branchCode": "360700", "active": false }""",
        ["handOverMerchants"] =
            """
            { "handoverId": "0199f0c4-7a10-7000-8000-000000000005", "allOfFrom": true, "from": { "managerCode": "AM0042", "branchCode": "360700" },
              "to": { "managerCode": "AM0077" }, "effectiveOn": "2026-11-22", "why": "AM0042 left.", "dryRun": true, "allOrNothing": false }
            """,
        ["actOnMerchants"] =
            """
            { "bulkActId": "0199f0c4-7a10-7000-8000-000000000005", "items": [ { "id": "102360758120001", "version": 3 } ],
              "why": "The license expired on 2026-11-01.", "cure": "Hand in the renewed license at the branch." }
            """,
        ["assignTerminal"] = """{ "merchantNo": "102360754110001", "installationAddress": "12 Hongqi Road, Jiubao" }""",
        ["installTerminal"] = """{ "on": "2026-11-21" }""",
        ["moveTerminal"] = """{ "installationAddress": "14 Hongqi Road, Jiubao", "note": "The shop moved next door." }""",
        ["swapTerminal"] = """{ "reason": "broken", "replacement": "sn:N860001234", "note": "The printer failed." }""",
        ["activateTerminal"] = """{ "note": "Test sale and void were seen." }""",
        ["markTerminalSpare"] = """{ "note": "Stands in when the till is full." }""",
        ["unmarkTerminalSpare"] = """{ "note": "In daily use now." }""",
        ["watchTerminal"] = """{ "note": "No transaction for three months." }""",
        ["verifyTerminal"] = """{ "note": "The owner was met in the shop." }""",
        ["suspendTerminal"] = """{ "note": "The merchant could not be verified." }""",
        ["resumeTerminal"] = """{ "note": "The merchant was verified." }""",
        ["cancelTerminalRemoval"] = """{ "note": "The shop opens again next week." }""",
        ["reportTerminalFound"] = """{ "note": "Handed in by the police." }""",
        ["orderTerminalRemoval"] = """{ "reason": "idle", "note": "Twelve months without a transaction." }""",
        ["recoverTerminal"] = """{ "reason": "returned" }""",
        ["returnTerminalToStock"] = """{ "reason": "fitForUse" }""",
        ["scrapTerminal"] = """{ "reason": "endOfLife" }""",
        ["reportTerminalLost"] = """{ "reason": "lostOrStolen", "note": "Burglary, reported to the police." }""",
        ["reportTerminalUnrecoverable"] = """{ "reason": "cannotBeFetched", "note": "The shop was pulled down." }""",
        ["issueQrPlates"] = """{ "count": 200 }""",
        ["bindQrPlate"] = """{ "merchantNo": "102360754110001", "installationAddress": "12 Hongqi Road, Jiubao" }""",
        ["handOutQrPlate"] = """{ "on": "2026-11-22", "note": "Handed to the owner." }""",
        ["replaceQrPlate"] = """{ "reason": "suspectedTampering", "replacement": "QR900000022", "note": "Somebody had stuck another code on it." }""",
        ["reportQrPlateLost"] = """{ "note": "Gone since the market day." }""",
        ["withdrawQrPlate"] = """{ "reason": "merchantAsked" }""",
        ["stockInTerminals"] = """{ "model": "N86", "items": [ { "serialNo": "N860001234" }, { "serialNo": "N860001235", "terminalNo": "10009999" } ] }""",
        ["resolveBindingCase"] = """{ "state": "closed", "why": "The machine was moved without telling us; it is bound to its new merchant now." }""",
        ["inspectTerminal"] =
            """
            { "inspectedOn": "2026-11-20", "inspector": "Wang Fang", "result": "inOrder", "position": { "latitude": 25.8509, "longitude": 114.9326 } }
            """,
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
        ["gradeRisk"] = """{ "grade": "high", "until": "2027-05-31", "why": "Complaints of several cardholders." }""",
        ["clearBlacklistCase"] = """{ "why": "On the clearing house's list since 2026-11-20; the owner was told." }""",
        ["dismissBlacklistCase"] = """{ "why": "The account was given to somebody else in 2024.", "document": "Letter of the bank, 2026-118" }""",
        ["dismissBlacklistMatch"] =
            """{ "entryIds": [ 17 ], "why": "The phone number changed hands in 2024.", "document": "Letter of the carrier, 2026-118" }""",
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

        if (operation.OperationId == "importRegistry")
        {
            operation.RequestBody = RegistryFiles();
        }
    }

    /// <summary>The parts are read as they arrive, so no parameter of the endpoint tells of them.</summary>
    private static OpenApiRequestBody RegistryFiles() => new()
    {
        Required = true,
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            ["multipart/form-data"] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Description = "CSV files, UTF-8 or GBK, each at most once and at least one of them; rows may name those of the other files.",
                    Properties = new Dictionary<string, IOpenApiSchema>
                    {
                        ["branches"] = CsvPart(RegistryFile.Branches),
                        ["merchants"] = CsvPart(RegistryFile.Merchants),
                        ["terminals"] = CsvPart(RegistryFile.Terminals),
                    },
                },
            },
        },
    };

    private static OpenApiSchema CsvPart(RegistryFile file) => new()
    {
        Type = JsonSchemaType.String,
        Format = "binary",
        Description = $"Columns, in any order: {string.Join(", ", RegistryColumns.Of(file))}.",
    };

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
