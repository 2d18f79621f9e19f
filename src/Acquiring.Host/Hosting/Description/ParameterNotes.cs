using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Acquiring.Host.Hosting.Description;

/// <summary>What a parameter says and an example of it, once for each name: the names mean the same everywhere.</summary>
internal sealed class ParameterNotes : IOperationFilter
{
    private readonly record struct Note(string Text, JsonNode? Example = null, int? Min = null, int? Max = null);

    private const string FollowUpKinds =
        "`reverify`, `recover`, `remind`, `train`, `reprice` or `proposeRemoval`; several are divided by commas; left out is all.";
    private const string RemovalStates =
        "`waiting`, `kept`, `proposed`, `ordered`, `recovered`, `unrecoverable`, `rejected` or `withdrawn`; several are divided by commas; left out is all.";
    private const string FollowUpStates = "`open`, `done`, `cancelled` or `ended`; several are divided by commas; left out is all.";

    private static readonly Dictionary<string, Note> s_byName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["from"] = new("First date, inclusive (YYYY-MM-DD, China time).", "2026-11-14"),
        ["to"] = new("Last date, inclusive.", "2026-11-20"),
        ["on"] = new("The date to judge on; left out is today.", "2026-11-20"),
        ["date"] = new("A business date.", "2026-11-20"),
        ["by"] = new("Which date sums are kept apart by: `transactionDate` (default) or `businessDate`.", "transactionDate"),
        ["merchantNo"] = new("15 letters or digits.", "102360715200001"),
        ["terminalNo"] = new("8 letters or digits.", "10000000"),
        ["plate"] = new("A plate code, as printed on the plate, or a terminal number.", "QR900000014"),
        ["terminal"] = new("A terminal number, or `sn:` and the serial number.", "10000000"),
        ["reportNo"] = new("From the list of reports.", 1, 1),
        ["bindingCaseId"] = new("From the list of cases.", 1, 1),
        ["caseState"] = new("`open`, `explained` or `closed`; left out is all.", "open"),
        ["model"] = new("Of the machines in a CSV file.", "N86"),
        ["mcc"] = new("A merchant category code, four digits: adds the class that each tariff puts it in.", "5411"),
        ["name"] = new("The file's name; the eight digits in it are its business date where `date` is left out.", "ZM_20261120.txt"),
        ["channel"] = new("Where it comes from; left out is `default`.", "default"),
        ["lines"] = new("Control total: how many lines the file has.", 418, 0),
        ["grossFen"] = new("Control total: the sale amounts of the file, in fen.", 123_456_700),
        ["sha256"] = new("The file's digest, in hexadecimal.", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ["cursor"] = new("`next` of the page before; left out is the first page."),
        ["limit"] = new("Rows on a page.", PageRequest.LimitDefault, 1, PageRequest.LimitMax),
        ["state"] = new("`held`, `posted`, `dismissed` or `withdrawn`; left out is all.", "held"),
        ["reason"] = new("Why lines are held.", "unknown-terminal"),
        ["fileId"] = new("The number that taking the file in answered with.", 7, 1),
        ["heldLineId"] = new("From the list of held lines.", 12, 1),
        ["year"] = new("Of the calendar.", 2027, 2000, 2099),
        ["after"] = new("The date that is counted from; left out is today.", "2026-09-30"),
        ["workingDays"] = new("How many; left out is 1. With 0 it is the date itself where that is worked.", 1, 0, 400),
        ["operationId"] = new("Made by the client before it sends, or answered by the server.", "0199f0c4-7a10-7000-8000-000000000001"),
        ["webhookId"] = new("Made by the client when it made the webhook.", "0199f0c4-7a10-7000-8000-000000000005"),
        ["repricingId"] = new("As it was asked for; also the id of the operation.", "0199f0c4-7a10-7000-8000-000000000002"),
        ["only"] = new("Which merchants: `all` (default), `changed`, `negative` or `suspect`.", "changed"),
        ["feePlanId"] = new("As the transaction's answer names it.", 1, 1),
        ["planTerm"] = new("Way to pay, kind of card and step in one number: 1201 is card (1), credit (2), first step (01).", 1201, 0),
        ["tariffRuleId"] = new("As the transaction's answer names it; 0 is none.", 404, 0),
        ["feeFen"] = new("The fee in fen, signed; with it the answer also says who gets how much.", 70),
        ["issuerFeeFen"] = new("The issuer's part of it in fen; left out is 0.", 35),
        ["networkFeeFen"] = new("The network's part of it in fen; left out is 0.", 3),
        ["dryRun"] = new("Only say what would change.", false),
        ["goodRowsOnly"] = new("Import the good rows though others are bad; otherwise one bad row stops all.", false),
        ["effectiveOn"] = new("From when changed prices and holders of terminals count; left out, prices count from tomorrow, holders from the installation date or today.", "2026-11-23"),
        ["messageId"] = new("From the list of messages.", "0199f0c4-7a10-7000-8000-000000000007"),
        ["managerCode"] = new("The staff code of an account manager.", "AM0077"),
        ["groupCode"] = new("1 to 40 letters, digits, dots, hyphens or underscores.", "chengdong"),
        ["kind"] = new("`chain`, `market` or `named`; left out is all.", "chain"),
        ["loanRef"] = new("The bank's reference of the loan.", "L-2026-0001"),
        ["attributeNo"] = new("As the list of attributes names it.", 2, 1),
        ["tier"] = new("One or more, divided by commas, as the rule sets name them.", "bigHotel"),
        ["dimension"] = new("`industry`, `rural`, `realEstate` or `namedGroup`; several are divided by commas.", "industry"),
        ["version"] = new("Of a rule set, counted from 1.", 1, 1),
        ["layer"] = new("`lowVolume` or `earlyWarning`; several are divided by commas.", "lowVolume"),
        ["against"] = new("The version to compare with; left out is what is in force for each branch on the date.", 1, 1),
        ["standing"] = new("`true`: only what stands now; `false`: only what does not; left out is both.", "true"),
        ["workOrderId"] = new("From the list of work orders.", 1, 1),
        ["removalId"] = new("From the list of removals.", 1, 1),
        ["followUpId"] = new("From the list of tasks.", 1, 1),
        ["owner"] = new("The staff code of the account manager who has it.", "AM0077"),
        ["dueFrom"] = new("Due on or after this date.", "2026-11-01"),
        ["dueTo"] = new("Due on or before this date.", "2026-11-30"),
        ["move"] = new("`first`, `promotion`, `demotion`, `changed` or `lost`; several are divided by commas.", "lost"),
        ["job"] = new("The job's name.", "verify-books"),
        ["branch"] = new("A branch with all branches below it.", "360702"),
        ["risk"] = new("`low`, `medium`, `high`, one or more divided by commas: the grade in force today.", "high"),
        ["township"] = new("One or more, divided by commas.", "沙河镇"),
        ["lastActivityFrom"] = new("Last active on or after this date.", "2026-11-01"),
        ["lastActivityTo"] = new("Last active on or before this date, however long ago; those that never were are not meant.", "2026-08-22"),
        ["lastActivity"] = new("`never`: only those that never were active.", "never"),
        ["idleMonths"] = new("At least so many whole calendar months without activity.", 3, 1, 600),
        ["volumeMinFen"] = new("Volume of the last 30 days in fen, at least.", 100_000),
        ["volumeMaxFen"] = new("Volume of the last 30 days in fen, at most.", 10_000_000),
        ["sort"] = new("What it is sorted by; the description names what there is.", "volume"),
        ["order"] = new("`asc` (default) or `desc`.", "desc"),
        ["count"] = new("`true`: also say how many the whole list has, up to 10,000.", "true"),
        ["q"] = new("2 to 100 characters: a number, a serial number, a part of a name, or four digits of an account's end.", "赣州"),
        ["act"] = new("`restrict`, `suspend`, `lift` or `close`.", "suspend"),
        ["bulkActId"] = new("As it was asked for; also the id of the operation.", "0199f0c4-7a10-7000-8000-000000000005"),
        ["applicationId"] = new("Made by the client, a UUID of version 7.", "0199f0c4-7a10-7000-8000-000000000005"),
        ["documentId"] = new("Made by the client, a UUID of version 7.", "0199f0c4-7a10-7000-8000-000000000006"),
        ["offset"] = new("Which byte of the document the body begins with, from 0.", 0, 0),
        ["blacklistCaseId"] = new("From the list of cases.", 1, 1),
        ["alarmId"] = new("From the list of alarms.", 1, 1),
        ["overdue"] = new("`true`: only open cases after their due date; `false`: only the others.", true),
        ["source"] = new("Whose list it is, as the file says.", "清算机构"),
        ["mode"] = new("`changes` (default): only what the file names; `full`: the whole list of the sources that it names.", "changes"),
        ["validateOnly"] = new("Only check: nothing is saved.", false),
        ["branchCode"] = new("A branch's code.", "360700"),
        ["duplicatesOnly"] = new("Only those that share something with merchants or other applications.", true),
        ["If-Match"] = new("The ETag of the last reading, quotation marks included. Needed: 428 without, 412 when somebody was faster.", "\"7\""),
        ["Idempotency-Key"] = new("Made by the client before the first send; the same request under the same key is done once.", "0199f0c4-7a10-7000-8000-000000000004"),
    };

    /// <summary>Where a name means something of its own, by operation.</summary>
    private static readonly Dictionary<string, Note> s_byOperation = new(StringComparer.Ordinal)
    {
        ["importMerchantGroups from"] = new("The first date that new members belong; left out is today.", "2026-11-22"),
        ["listMerchants state"] = new("`draft`, `submitted`, `needsFix`, `verified`, `signed`, `active`, `restricted`, `suspended`, `closed`; several divided by commas.", "active"),
        ["exportMerchants state"] = new("As listMerchants.", "active"),
        ["listMerchants mcc"] = new("Merchant category codes, divided by commas.", "5411,5331"),
        ["exportMerchants mcc"] = new("Merchant category codes, divided by commas.", "5411,5331"),
        ["listTerminals state"] = new("`inStock`, `assigned`, `installed`, `active`, `watch`, `suspended`, `removalOrdered`, `recovered`, `scrapped`, `lost`, `unrecoverable`; several divided by commas.", "active"),
        ["exportTerminals state"] = new("As listTerminals.", "active"),
        ["listTerminals kind"] = new("`pos` or `qrPlate`; left out is both.", "pos"),
        ["exportTerminals kind"] = new("As listTerminals.", "pos"),
        ["listQrPlates state"] = new("`inStock`, `bound`, `handedOut`, `lost` or `withdrawn`; left out is all.", "handedOut"),
        ["listTerminals mcc"] = new("Merchant category codes, divided by commas.", "5411,5331"),
        ["exportTerminals mcc"] = new("Merchant category codes, divided by commas.", "5411,5331"),
        ["listBulkActItems state"] = new("`waiting`, `done` or `refused`; left out is all.", "refused"),
        ["listDueInspections by"] = new("Due on or before this date; left out is today.", "2026-12-31"),
        ["getTerminalHolder on"] = new("As this date ended; left out is today.", "2026-11-20"),
        ["listApplications state"] = new(
            "`draft`, `submitted`, `needsFix`, `verified`, `signed`, `active`, `rejected` or `withdrawn`; left out is all.", "submitted"),
        ["listWorkOrders township"] = new("As the application has it.", "水东镇"),
        ["listWorkOrders kind"] = new("What is to be done; `install` or `handOutPlate`; left out is all.", "install"),
        ["listBlacklistCases state"] = new("`open`, `cleared` or `dismissed`; left out is all.", "open"),
        ["listBlacklistEntries kind"] = new("`creditCode`, `licence`, `idNo`, `account`, `phone` or `name`; left out is all.", "account"),
        ["listWorkOrders state"] = new("`open`, `done` or `cancelled`; left out is all.", "open"),
        ["listWorkOrders applicationId"] = new("Only what this application ordered.", "0199f0c4-7a10-7000-8000-000000000005"),
        ["setWorkingYear If-Match"] = new("The year's ETag; \"0\" for one that is not known.", "\"0\""),
        ["saveApplication If-Match"] = new("The ETag of the last reading; left out for the first send only.", "\"1\""),
        ["listIdlePolicyMoves layer"] = new("`lowVolume` or `earlyWarning`; left out is both.", "lowVolume"),
        ["listIdlePolicyMoves from"] = new("What it is compared with says: `clear`, or state and rule such as `found lowVolume`; left out is any.", "clear"),
        ["listIdlePolicyMoves to"] = new("What the policy says; left out is any.", "found lowVolume"),
        ["listIdleVerdicts state"] = new("`found`, `exempt` or `clear`; several are divided by commas; left out is all.", "found"),
        ["exportIdleVerdicts state"] = new("As listIdleVerdicts.", "found"),
        ["listFollowUps kind"] = new(FollowUpKinds, "reverify"),
        ["exportFollowUps kind"] = new(FollowUpKinds, "reverify"),
        ["listFollowUps state"] = new(FollowUpStates, "open"),
        ["exportFollowUps state"] = new(FollowUpStates, "open"),
        ["listRemovals state"] = new(RemovalStates, "proposed"),
        ["exportRemovals state"] = new(RemovalStates, "proposed"),
        ["sendRemovalPhotoChunk documentId"] = new("Made by the client when it declared the photo.", "0199f0c4-7a10-7000-8000-000000000009"),
        ["setWorkTerm If-Match"] = new("The ETag of the list of terms.", "\"12\""),
        ["getIdlePolicy version"] = new("Of a policy, counted from 1.", 1, 1),
        ["adoptIdlePolicy version"] = new("Of a policy, counted from 1.", 1, 1),
        ["compareIdlePolicy version"] = new("Of a policy, counted from 1.", 1, 1),
        ["listIdlePolicyMoves version"] = new("Of a policy, counted from 1.", 1, 1),
        ["previewNight step"] = new("Only this step: `files`, `close`, `tiers`, `risk`, `idle`, `follow`, `removal`, `alarms` or `reports`; left out is all.", "close"),
        ["previewNight insist"] = new("As if it were insisted that the date closes without a missing file.", "false"),
        ["listAlarms kind"] = new("`loanQuiet`, `volumeFall`, `bindingDisagrees` or `negativeMargin`; several divided by commas.", "loanQuiet"),
        ["listAlarms severity"] = new("`notice`, `warning` or `critical`; several divided by commas.", "critical"),
        ["listAlarms state"] = new("`open`, `acknowledged` or `ended`; several divided by commas.", "open"),
        ["listAlarms merchantNo"] = new("Only this merchant's.", "102360754110001"),
        ["listAlarms branch"] = new("Only this branch's and those below it.", "360700"),
        ["listAlarms manager"] = new("Only of merchants that this account manager looks after now.", "M001"),
        ["listAlarms from"] = new("Raised on this date or later.", "2026-11-01"),
        ["listAlarms to"] = new("Raised on this date or earlier.", "2026-11-30"),
        ["listAlarms on"] = new("Open when this date had been judged.", "2026-11-20"),
        ["exportAlarms kind"] = new("As listAlarms.", "loanQuiet"),
        ["exportAlarms severity"] = new("As listAlarms.", "critical"),
        ["exportAlarms state"] = new("As listAlarms.", "open"),
        ["exportAlarms merchantNo"] = new("As listAlarms.", "102360754110001"),
        ["exportAlarms branch"] = new("As listAlarms.", "360700"),
        ["exportAlarms manager"] = new("As listAlarms.", "M001"),
        ["exportAlarms from"] = new("As listAlarms.", "2026-11-01"),
        ["exportAlarms to"] = new("As listAlarms.", "2026-11-30"),
        ["exportAlarms on"] = new("As listAlarms.", "2026-11-20"),
        ["getScorecard from"] = new("First date of the period; needed.", "2026-11-01"),
        ["getScorecard to"] = new("Last date of the period, inclusive; needed. At most 366 days.", "2026-11-30"),
        ["getScorecard branch"] = new("Only this branch and those below it.", "360700"),
        ["getScorecard manager"] = new("Only merchants in these hands then; `(none)` are those in nobody's.", "(none)"),
        ["exportScorecard from"] = new("As getScorecard.", "2026-11-01"),
        ["exportScorecard to"] = new("As getScorecard.", "2026-11-30"),
        ["exportScorecard branch"] = new("As getScorecard.", "360700"),
        ["exportScorecard manager"] = new("As getScorecard.", "(none)"),
        ["listScorecardRows measure"] = new("One of the measures of a scorecard, no share.", "volumeFen"),
        ["listScorecardRows from"] = new("First date of the period; needed.", "2026-11-01"),
        ["listScorecardRows to"] = new("Last date of the period, inclusive; needed. At most 366 days.", "2026-11-30"),
        ["listScorecardRows branch"] = new("Only this branch and those below it.", "360700"),
        ["listScorecardRows manager"] = new("Only merchants in these hands then; `(none)` are those in nobody's.", "(none)"),
        ["listScorecardRows own"] = new("`true`: only what is directly under the branch. `false` (default): with those below.", "false"),
        ["exportScorecardRows measure"] = new("As listScorecardRows.", "volumeFen"),
        ["exportScorecardRows from"] = new("As listScorecardRows.", "2026-11-01"),
        ["exportScorecardRows to"] = new("As listScorecardRows.", "2026-11-30"),
        ["exportScorecardRows branch"] = new("As listScorecardRows.", "360700"),
        ["exportScorecardRows manager"] = new("As listScorecardRows.", "(none)"),
        ["exportScorecardRows own"] = new("As listScorecardRows.", "false"),
        ["listScorecardTargets branch"] = new("Only this branch's own.", "360700"),
        ["listScorecardTargets manager"] = new("Only this account manager's.", "AM0042"),
        ["listScorecardTargets year"] = new("Only of this year, 2000 to 2099.", "2026"),
        ["setScorecardTarget If-Match"] = new("The target's version; \"0\" for one that is not set.", "\"0\""),
        ["importLoans mode"] = new("`changes` (default) or `full`: open loans that a full list lacks are closed as of its date.", "changes"),
        ["importLoans dryRun"] = new("Judge all and write nothing.", "true"),
        ["importLoans goodRowsOnly"] = new("Take the good rows in though others are bad; left out, one bad row stops all.", "false"),
        ["listLoans merchantNo"] = new("Only this merchant's.", "102360754110001"),
        ["listLoans branch"] = new("Only this branch's and those below it.", "360700"),
        ["listLoans quietDaysMin"] = new("Only where the merchant has been quiet for so many complete days, 0 to 3,660.", "7"),
        ["listLoans on"] = new("As it was on this date; left out is today.", "2026-11-20"),
        ["listLoans days"] = new("Days of the window of the return flow, 1 to 366; left out is 30.", "30"),
        ["exportLoans merchantNo"] = new("As listLoans.", "102360754110001"),
        ["exportLoans branch"] = new("As listLoans.", "360700"),
        ["exportLoans quietDaysMin"] = new("As listLoans.", "7"),
        ["exportLoans on"] = new("As listLoans.", "2026-11-20"),
        ["exportLoans days"] = new("As listLoans.", "30"),
        ["getLoan on"] = new("As it was on this date; left out is today.", "2026-11-20"),
        ["getLoan days"] = new("Days of the window of the return flow, 1 to 366; left out is 30.", "30"),
        ["listJobs job"] = new("Only this job; left out is all.", "verify-books"),
        ["listJobs date"] = new("Only this business date; left out is all.", "2026-11-20"),
        ["listMessages state"] = new(
            "`waiting`, `sending`, `sent`, `refused`, `unknown`, `expired`, `noAddress` or `withdrawn`; left out is all.", "unknown"),
        ["listMessages template"] = new(
            "`merchant-restricted`, `merchant-suspended`, `hold-lifted`, `staff-hold`, `application-fixes`, `task-install`, `task-recover`, `task-follow-up` or "
            + "`one-time-code`; left out is all.",
            "merchant-restricted"),
        ["listMessages from"] = new("Made at this time or later.", "2026-11-22T00:00:00+08:00"),
        ["listMessages to"] = new("Made before this time.", "2026-11-23T00:00:00+08:00"),
        ["getMerchantContact key"] = new("A merchant number.", "102360754110001"),
        ["setMerchantContact key"] = new("A merchant number.", "102360754110001"),
        ["getAccountManagerContact key"] = new("The staff code of an account manager.", "AM0042"),
        ["setAccountManagerContact key"] = new("The staff code of an account manager.", "AM0042"),
        ["getBranchContact key"] = new("A branch code.", "360700"),
        ["setBranchContact key"] = new("A branch code.", "360700"),
        ["listWebhookDeliveries state"] = new("`waiting`, `delivered` or `expired`; left out is all.", "expired"),
        ["listJobs state"] = new("`due`, `running`, `done`, `failed` or `cancelled`; left out is all.", "failed"),
    };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (operation.OperationId == "postTransaction")
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = "channel",
                In = ParameterLocation.Query,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            if (s_byOperation.TryGetValue($"{operation.OperationId} {parameter.Name}", out var note) || s_byName.TryGetValue(parameter.Name ?? "", out note))
            {
                parameter.Description ??= note.Text;
                parameter.Example ??= note.Example?.DeepClone();
                if (parameter.Schema is OpenApiSchema schema)
                {
                    schema.Minimum ??= note.Min?.ToString(System.Globalization.CultureInfo.InvariantCulture);
                    schema.Maximum ??= note.Max?.ToString(System.Globalization.CultureInfo.InvariantCulture);
                }
            }
        }
    }
}
