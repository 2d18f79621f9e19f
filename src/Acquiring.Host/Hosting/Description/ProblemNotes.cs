using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Acquiring.Host.Hosting.Description;

/// <summary>
/// Which problems an operation answers with, by status: the ends of their <c>type</c> (<c>/problems/…</c>), which are also their <c>code</c>.
/// Every operation can fail by an outage or by a bug; that is said once.
/// </summary>
internal sealed class ProblemNotes : IOperationFilter
{
    private const string Plan =
        "`pricing.card-term-missing`, `pricing.unknown-term`, `pricing.term-twice`, `pricing.step-count`, `pricing.step-order`, "
        + "`pricing.bad-rate`, `pricing.amount-range`, `pricing.minimum-above-cap`, `request.bad-json`";

    private const string Lists =
        "`list.unknown-parameter`, `list.parameter-twice`, `list.not-one-of`, `list.not-a-number`, `list.not-a-date`, `list.not-an-mcc`, "
        + "`list.too-long`, `list.unknown-branch`";
    private const string Fields =
        "`application.invalid`, with all bad fields by path under `errors`; `application.bad-id`, `application.text`, `application.card-in-text`, "
        + "`request.bad-json`, `request.if-match-bad`, `request.key-bad`";

    private static readonly Dictionary<string, string> s_notes = new(StringComparer.Ordinal)
    {
        ["postTransaction 200"] = "Known already: what became of the first. Or the answers to a batch, one line for each of its lines.",
        ["postTransaction 201"] = "Posted and durable.",
        ["postTransaction 202"] = "Durable, and held until its sale comes.",
        ["postTransaction 400"] =
            "It cannot be read, and never will be as it stands: `online.not-json`, `online.unknown-field`, `online.twice`, `online.missing`, "
            + "`online.merchant-no`, `online.terminal-no`, `online.batch`, `online.stan`, `online.time`, `online.kind`, `online.amount`, "
            + "`online.pay-type`, `online.card-kind`, `online.card`, `online.card-elsewhere`, `online.reference`, "
            + "`online.original-of-sale`, `online.original-missing`.",
        ["postTransaction 409"] = "Not posted: `transaction.exceeds-sale`, `transaction.dismissed`.",
        ["postTransaction 413"] = "Nothing of it was posted: `online.too-large`, `online.too-many-lines`.",
        ["postTransaction 422"] =
            "Not posted: `transaction.key-taken` (the STAN is used), `transaction.unknown-merchant`, `transaction.unknown-terminal`, "
            + "`transaction.bound-to-another`, `transaction.no-fee-plan`, `transaction.in-future`, `transaction.too-old`, "
            + "`transaction.amount-differs`, `transaction.void-other-terminal`, `transaction.void-day-ended`, `limit.one-sale`, "
            + "`limit.day-sum`, `limit.day-count`, `limit.month-sum`, `limit.month-count`.",
        ["postTransaction 503"] =
            "Send it again, unchanged, after Retry-After: `online.overloaded` and `online.waited-too-long` (not posted), "
            + "`online.outcome-unknown` and `platform.database-unavailable` (perhaps posted; the repetition tells).",
        ["getMerchantLimits 404"] = "`merchant.unknown`",
        ["setMerchantLimits 400"] = "`limit.range`, `limit.twice`, `limit.past`, `request.bad-json`",
        ["setMerchantLimits 404"] = "`merchant.unknown`",
        ["setMerchantLimits 409"] = "`limit.stale`: somebody set them meanwhile; read again, then decide again.",
        ["listTariffs 400"] = "`request.bad-parameter`",
        ["explainFee 400"] = "`request.bad-parameter`",
        ["explainFee 404"] = "`pricing.unknown-plan`, `pricing.unknown-rule`",
        ["listFeePlans 404"] = "`merchant.unknown`",
        ["changeFeePlan 400"] = $"`pricing.proposal-id-missing`, `pricing.too-late`, {Plan}",
        ["changeFeePlan 404"] = "`merchant.unknown`",
        ["changeFeePlan 409"] = "`pricing.later-plan`",
        ["changeFeePlan 422"] = "`pricing.proposal-differs`, `pricing.too-early`",
        ["quoteFeePlan 400"] = Plan,
        ["quoteFeePlan 404"] = "`merchant.unknown`",
        ["startRepricing 202"] = "Waiting, running or, when asked again, perhaps done.",
        ["startRepricing 400"] = $"`pricing.repricing-range`, {Plan}",
        ["startRepricing 404"] = "`pricing.unknown-tariff`, `merchant.unknown`",
        ["startRepricing 409"] = "`pricing.too-many-repricings`: wait for one to end.",
        ["startRepricing 422"] = "`pricing.repricing-differs`: the id was used for another request.",
        ["getRepricing 404"] = "`pricing.unknown-repricing`: never asked for, or forgotten since; ask again.",
        ["listRepricedMerchants 400"] = "`request.bad-parameter`, `page.limit`, `page.bad-cursor`",
        ["listRepricedMerchants 404"] = "`pricing.unknown-repricing`",
        ["listRepricedMerchants 409"] = "`pricing.repricing-unfinished`",
        ["listAlarms 400"] = Lists,
        ["exportAlarms 400"] = Lists,
        ["getAlarm 404"] = "`alarm.unknown`",
        ["acknowledgeAlarm 400"] = "`merchant.text`, `merchant.card-in-text`, `request.if-match-bad`, `request.key-bad`, `request.bad-json`",
        ["acknowledgeAlarm 404"] = "`alarm.unknown`",
        ["acknowledgeAlarm 409"] = "`alarm.ended`, `alarm.acknowledged`",
        ["runAlarms 400"] = "`alarm.date-range`, `request.missing`, `request.bad-json`",
        ["runAlarms 409"] = "`alarm.date-passed`, `alarm.night-before-open`, `alarm.date-open`",
        ["importLoans 400"] = "`loan.mode`, `registry.columns`, `registry.file-empty` and the like; `request.bad-parameter`",
        ["importLoans 422"] = "`registry.rows-bad`: nothing is written, `report` lists the rows; `loan.full-empty`, `loan.list-contradicts`",
        ["listLoans 400"] = Lists,
        ["exportLoans 400"] = Lists,
        ["getLoan 400"] = "`loan.date-range`, `list.not-a-date`, `list.not-a-number`, `list.unknown-parameter`",
        ["getLoan 404"] = "`loan.unknown`",
        ["getIdlePolicy 404"] = "`idle-policy.unknown-version`",
        ["createIdlePolicy 400"] =
            "The first fault, with its place: `idle-policy.text`, `idle-policy.card-in-text`, `idle-policy.range`, `idle-policy.word`, `idle-policy.twice`, "
            + "`idle-policy.days-only-of-new`, `idle-policy.grade`; `request.bad-json`, `request.key-bad`",
        ["createIdlePolicy 409"] = "`request.key-under-way`",
        ["createIdlePolicy 422"] = "`idle-policy.legal-clock`: no policy moves the law's; `request.key-reused`",
        ["adoptIdlePolicy 400"] =
            "`merchant.text`, `merchant.card-in-text`, `idle-policy.unknown-branch`, `idle-policy.adopt-too-late`, `request.bad-json`, `request.if-match-bad`, "
            + "`request.key-bad`",
        ["adoptIdlePolicy 404"] = "`idle-policy.unknown-version`",
        ["adoptIdlePolicy 409"] = "`idle-policy.adopted-already`: the branch has one from that date on; choose another date; `request.key-under-way`",
        ["adoptIdlePolicy 422"] = "`idle-policy.adopt-too-early`: what was judged stays; `request.key-reused`",
        ["getTerminalIdleVerdicts 400"] = "`idle-policy.date-range`, `request.bad-parameter`",
        ["getTerminalIdleVerdicts 404"] = "`terminal.unknown`",
        ["listIdleVerdicts 400"] = $"{Lists}, `page.limit`, `page.bad-cursor`",
        ["exportIdleVerdicts 400"] = Lists,
        ["compareIdlePolicy 400"] = "`idle-policy.date-range`, `request.bad-parameter`",
        ["compareIdlePolicy 404"] = "`idle-policy.unknown-version`",
        ["listIdlePolicyMoves 400"] = "`idle-policy.date-range`, `idle-policy.word`, `page.limit`, `page.bad-cursor`, `request.bad-parameter`",
        ["listIdlePolicyMoves 404"] = "`idle-policy.unknown-version`",
        ["getScorecard 400"] = "`scorecard.period`, `list.unknown-parameter`, `list.parameter-twice`, `list.not-a-date`, `list.too-long`",
        ["getScorecard 404"] = "`scorecard.unknown-branch`, `scorecard.unknown-manager`",
        ["exportScorecard 400"] = "`scorecard.period`, `list.unknown-parameter`, `list.parameter-twice`, `list.not-a-date`, `list.too-long`",
        ["exportScorecard 404"] = "`scorecard.unknown-branch`, `scorecard.unknown-manager`",
        ["listScorecardRows 400"] = "`scorecard.measure`, `scorecard.period`, `list.unknown-parameter`, `list.parameter-twice`, `list.not-a-date`, `list.not-one-of`, `list.not-a-number`, `page.bad-cursor`",
        ["listScorecardRows 404"] = "`scorecard.unknown-branch`, `scorecard.unknown-manager`",
        ["exportScorecardRows 400"] = "`scorecard.measure`, `scorecard.period`, `list.unknown-parameter`, `list.parameter-twice`, `list.not-a-date`, `list.not-one-of`, `list.not-a-number`, `page.bad-cursor`",
        ["exportScorecardRows 404"] = "`scorecard.unknown-branch`, `scorecard.unknown-manager`",
        ["listScorecardTargets 400"] = "`list.unknown-parameter`, `list.parameter-twice`, `list.not-a-number`, `page.bad-cursor`",
        ["setScorecardTarget 400"] =
            "`scorecard.target-of-one`, `scorecard.measure`, `scorecard.target-period`, `scorecard.target-value`, `request.if-match-bad`, `request.key-bad`, `request.bad-json`",
        ["setScorecardTarget 404"] = "`scorecard.unknown-branch`, `scorecard.unknown-manager`",
        ["listNights 400"] = "`page.limit`, `page.bad-cursor`, `request.bad-parameter`",
        ["getNight 400"] = "`night.date-range`, `request.bad-parameter`",
        ["getNight 404"] = "`night.not-asked`",
        ["previewNight 400"] = "`night.date-range`, `night.step`, `request.bad-parameter`",
        ["askForNight 202"] = "It stands in the ledger; `changed` is false when it did before.",
        ["askForNight 400"] = "`night.date-range`, `jobs.reason`, `jobs.card-in-reason`, `request.bad-parameter`, `request.bad-json`",
        ["askForNight 409"] = "`night.date-passed`, `night.catch-up-too-long`, `days.file-missing`",
        ["askForNight 422"] = "`days.future`, `days.catch-up-too-long`",
        ["listJobs 400"] = "`jobs.state`, `page.limit`, `page.bad-cursor`, `request.bad-parameter`",
        ["askForJob 202"] = "It stands in the ledger; `changed` is false when it did before, whatever became of it.",
        ["askForJob 400"] = "`jobs.date-range`, `jobs.reason`, `jobs.card-in-reason`, `request.bad-parameter`",
        ["askForJob 404"] = "`jobs.unknown`",
        ["askForJob 409"] = "The job cannot be done for this date yet, `books.date-open`, or is a step of the night: `night.step-alone`.",
        ["cancelJob 202"] = "Cancelled, now or before. Who works on it can write nothing more.",
        ["cancelJob 400"] = "`jobs.date-range`, `jobs.reason`, `jobs.card-in-reason`, `request.bad-parameter`",
        ["cancelJob 404"] = "`jobs.unknown`, `jobs.not-asked`",
        ["cancelJob 409"] = "`jobs.ended`: all of it is done.",
        ["rerunJob 202"] = "Due again; `changed` is false when it was asked for again since you read `asks`.",
        ["rerunJob 400"] = "`jobs.reason`, `jobs.card-in-reason`, `jobs.date-range`, `request.bad-parameter`, `request.bad-json`",
        ["rerunJob 404"] = "`jobs.unknown`, `jobs.not-asked`",
        ["rerunJob 409"] = "`jobs.open`: it is due or running.",
        ["confirmAttribute 400"] =
            "`merchant.text`, `merchant.card-in-text`, `attribute.value-number`, `attribute.value-flag`, `attribute.value-name`, `attribute.dates`, "
            + "`request.if-match-bad`, `request.key-bad`, `request.bad-json`",
        ["setWorkingYear 400"] =
            "`calendar.year`, `calendar.source`, `calendar.days`, `calendar.other-year`, `calendar.name`, `calendar.worked-anyway`, `calendar.twice`",
        ["setWorkingYear 409"] = "`calendar.past`: a day that is over would change.",
        ["countWorkingDays 400"] = "`calendar.count`",
        ["confirmAttribute 409"] = "`attribute.overlaps`, `merchant.closed`",
        ["correctAttribute 404"] = "`merchant.unknown`, `attribute.no-such`",
        ["correctAttribute 409"] = "`attribute.overlaps`, `attribute.same`, `merchant.closed`",
        ["revokeAttribute 404"] = "`merchant.unknown`, `attribute.no-such`",
        ["revokeAttribute 422"] = "`attribute.outside`, `request.key-reused`",
        ["changeMcc 400"] = "`mcc.digits`, `merchant.text`, `merchant.card-in-text`, `request.if-match-bad`, `request.key-bad`, `request.bad-json`",
        ["changeMcc 409"] = "`mcc.same`, `mcc.later`, `merchant.closed`",
        ["listMerchants 400"] = $"{Lists}, `page.bad-cursor`",
        ["listTerminals 400"] = $"{Lists}, `page.bad-cursor`",
        ["exportMerchants 400"] = Lists,
        ["exportTerminals 400"] = Lists,
        ["search 400"] = "`search.length`, `list.unknown-parameter`, `list.not-a-number`",
        ["actOnMerchants 200"] = "A dry run: what would become of each.",
        ["actOnMerchants 202"] = "Under way; follow it at /operations under the same id.",
        ["actOnMerchants 207"] = "Ended: the outcome of each.",
        ["actOnMerchants 400"] = $"`bulk.items-or-filter`, `bulk.empty-filter`, `bulk.bad-item`, `bulk.twice`, `merchant.text`, `merchant.no-scope`, `merchant.card-in-text`, {Lists}",
        ["actOnMerchants 404"] = "`bulk.unknown-act`",
        ["actOnMerchants 409"] = "`bulk.nothing-done`: all or nothing was asked for; `outcome` says which were refused.",
        ["actOnMerchants 413"] = "`bulk.too-many`",
        ["actOnMerchants 422"] = "`request.key-reused`: the id was used for another request.",
        ["getBulkAct 404"] = "`bulk.unknown`",
        ["listBulkActItems 404"] = "`bulk.unknown`",
        ["issueQrPlates 400"] = "`plate.count`, `request.bad-json`, `request.key-bad`",
        ["issueQrPlates 409"] = "`terminal.numbers-exhausted`",
        ["listQrPlates 400"] = "`plate.state`, `page.bad-cursor`, `page.bad-limit`",
        ["getQrPlate 400"] = "`plate.code`: the check digit does not fit.",
        ["getQrPlate 404"] = "`plate.unknown`",
        ["stockInTerminals 400"] = "`terminal.text`, `terminal.stock-in-csv`, `request.bad-json`, `request.not-json`, `request.key-bad`",
        ["stockInTerminals 409"] = "`terminal.numbers-exhausted`",
        ["stockInTerminals 413"] = "`terminal.stock-in-count`",
        ["makeBindingReport 409"] = "`binding-report.nothing`",
        ["fetchBindingReport 404"] = "`binding-report.unknown`",
        ["resolveBindingCase 400"] = "`binding-case.resolution`, `terminal.card-in-text`, `request.if-match-bad`, `request.bad-json`",
        ["resolveBindingCase 404"] = "`binding-case.unknown`",
        ["resolveBindingCase 409"] = "`binding-case.decided`",
        ["inspectTerminal 400"] = "`inspection.date`, `inspection.position`, `terminal.text`, `terminal.card-in-text`, `request.bad-json`",
        ["inspectTerminal 404"] = "`terminal.unknown`",
        ["saveApplication 400"] = Fields,
        ["saveApplication 404"] = "`application.unknown`: If-Match was sent, and there is nothing it could be the version of.",
        ["saveApplication 409"] = "`application.illegal-step`, `application.ended`.",
        ["saveApplication 428"] = "`application.exists`: the id has other content; send changes with If-Match.",
        ["createApplication 400"] = Fields,
        ["createApplication 409"] = "`application.ended`.",
        ["createApplication 428"] = "`application.exists`: the id has other content; send changes by PUT with If-Match.",
        ["askForFixes 400"] = "`application.text`, `application.card-in-text`, `application.fix-count`, `application.fix-unknown-field`.",
        ["verifyApplication 422"] = "`application.no-longer-valid`, with the fields under `errors`.",
        ["signApplication 409"] = "`application.illegal-step`, `application.ended`, `application.changed-since-verified`.",
        ["signApplication 422"] = "`application.no-longer-valid`, with the fields under `errors`.",
        ["activateApplication 409"] =
            "`application.illegal-step`, `application.ended`, `application.changed-since-verified`, `application.numbers-exhausted`.",
        ["activateApplication 422"] = "`application.no-longer-valid`, with the fields under `errors`; `onboarding.blacklisted`, `application.no-area`.",
        ["verifyApplication 409"] = "`application.illegal-step`, `application.ended`, `application.documents-missing`.",
        ["declareDocument 400"] = "`document.invalid`, with what is wrong by path under `errors`; `application.bad-id`, `request.bad-json`.",
        ["declareDocument 404"] = "`application.unknown`.",
        ["declareDocument 409"] = "`document.closed`, `document.too-many`.",
        ["declareDocument 422"] = "`document.differs`.",
        ["sendDocumentChunk 202"] = "Received; `receivedBytes` says where to go on.",
        ["sendDocumentChunk 201"] = "All of it is here and its hash is right.",
        ["sendDocumentChunk 400"] = "`document.empty-chunk`, `request.bad-parameter`.",
        ["sendDocumentChunk 404"] = "`application.unknown`, `document.unknown`.",
        ["sendDocumentChunk 409"] = "`document.gap`: go on from `received`. `document.closed`.",
        ["sendDocumentChunk 413"] = "`request.too-large`: a chunk has at most 1 MiB.",
        ["sendDocumentChunk 422"] = "`document.too-long`. Begin again at byte 0: `document.hash-differs`, `document.not-what-it-says`.",
        ["deleteDocument 404"] = "`application.unknown`, `document.unknown`.",
        ["deleteDocument 409"] = "`document.handed-in`.",
        ["getDocument 404"] = "`document.unknown`.",
        ["downloadDocument 404"] = "`document.unknown`.",
        ["downloadDocument 409"] = "`document.incomplete`.",
        ["listApplications 400"] = "`request.bad-parameter`, `page.limit`, `page.bad-cursor`",
        ["listApplicationHistory 404"] = "`application.unknown`",
        ["getApplication 404"] = "`application.unknown`",
        ["listWorkOrders 400"] = "`request.bad-parameter`, `page.limit`, `page.bad-cursor`",
        ["listMessages 400"] = "`request.bad-parameter`, `page.limit`, `page.bad-cursor`",
        ["getMessage 404"] = "`message.unknown`",
        ["resendMessage 404"] = "`message.unknown`",
        ["resendMessage 409"] = "`message.secret-not-again`, `message.not-again`, `message.wiped`, `message.still-no-address`.",
        ["getMerchantContact 404"] = "`message.no-contact`",
        ["setMerchantContact 400"] = "`message.bad-phone`, `message.bad-email`, `message.bad-language`, `request.if-match-bad`, `request.bad-json`",
        ["setMerchantContact 404"] = "`message.no-contact`",
        ["getAccountManagerContact 404"] = "`message.no-contact`",
        ["setAccountManagerContact 400"] = "`message.bad-phone`, `message.bad-email`, `message.bad-language`, `request.if-match-bad`, `request.bad-json`",
        ["setAccountManagerContact 404"] = "`message.no-contact`",
        ["getBranchContact 404"] = "`message.no-contact`",
        ["setBranchContact 400"] = "`message.bad-phone`, `message.bad-email`, `message.bad-language`, `request.if-match-bad`, `request.bad-json`",
        ["setBranchContact 404"] = "`message.no-contact`",
        ["gradeRisk 400"] = "`merchant.text`, `merchant.card-in-text`, `risk.until`, `request.if-match-bad`, `request.key-bad`, `request.bad-json`",
        ["importBlacklist 400"] = "`blacklist.mode`, `registry.columns`, `registry.file-empty` and the like; `request.bad-parameter`",
        ["importBlacklist 422"] = "`registry.rows-bad`: nothing is written; `report` lists the rows.",
        ["clearBlacklistCase 400"] = "`merchant.text`, `merchant.card-in-text`, `request.if-match-bad`, `request.key-bad`, `request.bad-json`",
        ["clearBlacklistCase 404"] = "`blacklist-case.unknown`",
        ["clearBlacklistCase 409"] = "`blacklist-case.decided`, `merchant.closed`",
        ["dismissBlacklistCase 400"] = "`merchant.text`, `merchant.card-in-text`, `request.if-match-bad`, `request.key-bad`, `request.bad-json`",
        ["dismissBlacklistCase 404"] = "`blacklist-case.unknown`",
        ["dismissBlacklistCase 409"] = "`blacklist-case.decided`",
        ["dismissBlacklistMatch 404"] = "`application.unknown`, `onboarding.no-such-match`",
        ["dismissBlacklistMatch 409"] = "`application.ended`",
        ["liftHold 409"] = "`merchant.illegal-step`, `merchant.closed`, `merchants.blacklist-case-open`",
        ["listBookVerdicts 400"] = "`page.limit`, `page.bad-cursor`, `request.bad-parameter`",
    };

    private static readonly Dictionary<string, string> s_terminalAct = new(StringComparer.Ordinal)
    {
        ["400"] =
            "`terminal.text`, `terminal.card-in-text`, `terminal.no-reason`, `terminal.not-a-loss`, `terminal.install-date`, `request.if-match-bad`, "
            + "`request.key-bad`, `request.bad-json`",
        ["404"] = "`terminal.unknown`, `merchant.unknown`",
        ["409"] =
            "`terminal.illegal-step` (names the legal ones), `terminal.scrapped`, `terminal.merchant-not-signed`, `terminal.replacement-not-in-stock`, "
            + "`terminal.is-plate`",
        ["412"] = "`request.stale`: somebody was faster; read again, then decide again.",
        ["422"] = "`request.key-reused`: the key was used for another request.",
        ["428"] = "`request.if-match-missing`",
    };

    private static readonly Dictionary<string, string> s_plateAct = new(StringComparer.Ordinal)
    {
        ["400"] =
            "`plate.code`, `plate.no-reason`, `terminal.text`, `terminal.card-in-text`, `terminal.install-date`, `request.if-match-bad`, `request.key-bad`, "
            + "`request.bad-json`",
        ["404"] = "`plate.unknown`, `merchant.unknown`",
        ["409"] =
            "`plate.illegal-step` (names the legal ones), `plate.withdrawn`, `plate.replacement-not-in-stock`, `terminal.merchant-not-signed`, "
            + "`merchants.blacklist-case-open`",
        ["412"] = "`request.stale`: somebody was faster; read again, then decide again.",
        ["422"] = "`request.key-reused`: the key was used for another request.",
        ["428"] = "`request.if-match-missing`",
    };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        operation.Responses ??= [];
        operation.Responses.TryAdd("500", new OpenApiResponse { Description = "An error of the program; the log tells more under the request id." });
        operation.Responses.TryAdd("503", new OpenApiResponse { Description = "The database does not answer now; try again after Retry-After (seconds)." });
        // Nineteen acts on a machine are refused for the same reasons.
        var isTerminalAct = context.ApiDescription.RelativePath is { } path && path.Contains("terminals/{terminal}/", StringComparison.Ordinal)
            && context.ApiDescription.HttpMethod == "POST";
        var isPlateAct = context.ApiDescription.RelativePath?.Contains("qr-plates/{plate}/", StringComparison.Ordinal) == true
            && context.ApiDescription.HttpMethod == "POST";
        foreach (var (status, response) in operation.Responses)
        {
            if (s_notes.TryGetValue($"{operation.OperationId} {status}", out var note))
            {
                response.Description = note;
            }
            else if (isPlateAct && s_plateAct.TryGetValue(status, out note))
            {
                response.Description = note;
            }
            else if (isTerminalAct && s_terminalAct.TryGetValue(status, out note))
            {
                response.Description = note;
            }
        }
    }
}
