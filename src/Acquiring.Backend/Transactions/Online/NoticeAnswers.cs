using System.Globalization;
using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Core.Pricing;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Acquiring.Core.Transactions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Acquiring.Backend.Transactions.Online;

/// <summary>Writes what became of notices: by hand, since it is written thousands of times a second.</summary>
internal sealed partial class NoticeAnswers(TextCatalog texts, ILogger<NoticeAnswers> log)
{
    // Encoded once: a name would be searched for letters to escape each time.
    private static readonly JsonEncodedText s_state = JsonEncodedText.Encode("state");
    private static readonly JsonEncodedText s_duplicate = JsonEncodedText.Encode("duplicate");
    private static readonly JsonEncodedText s_key = JsonEncodedText.Encode("key");
    private static readonly JsonEncodedText s_merchantNo = JsonEncodedText.Encode("merchantNo");
    private static readonly JsonEncodedText s_terminalNo = JsonEncodedText.Encode("terminalNo");
    private static readonly JsonEncodedText s_batch = JsonEncodedText.Encode("batch");
    private static readonly JsonEncodedText s_stan = JsonEncodedText.Encode("stan");
    private static readonly JsonEncodedText s_transactionDate = JsonEncodedText.Encode("transactionDate");
    private static readonly JsonEncodedText s_kind = JsonEncodedText.Encode("kind");
    private static readonly JsonEncodedText s_businessDate = JsonEncodedText.Encode("businessDate");
    private static readonly JsonEncodedText s_amountFen = JsonEncodedText.Encode("amountFen");
    private static readonly JsonEncodedText s_reason = JsonEncodedText.Encode("reason");
    private static readonly JsonEncodedText s_postedAt = JsonEncodedText.Encode("postedAt");
    private static readonly JsonEncodedText s_line = JsonEncodedText.Encode("line");
    private static readonly JsonEncodedText s_status = JsonEncodedText.Encode("status");
    private static readonly JsonEncodedText s_result = JsonEncodedText.Encode("result");
    private static readonly JsonEncodedText s_problem = JsonEncodedText.Encode("problem");
    private static readonly JsonEncodedText s_feeFen = JsonEncodedText.Encode("feeFen");
    private static readonly JsonEncodedText s_parts = JsonEncodedText.Encode("parts");
    private static readonly JsonEncodedText s_issuerFen = JsonEncodedText.Encode("issuerFen");
    private static readonly JsonEncodedText s_networkFen = JsonEncodedText.Encode("networkFen");
    private static readonly JsonEncodedText s_acquirerFen = JsonEncodedText.Encode("acquirerFen");
    private static readonly JsonEncodedText s_feePlanId = JsonEncodedText.Encode("feePlanId");
    private static readonly JsonEncodedText s_planTerm = JsonEncodedText.Encode("planTerm");
    private static readonly JsonEncodedText s_tariffRuleId = JsonEncodedText.Encode("tariffRuleId");
    private static readonly JsonEncodedText s_held = JsonEncodedText.Encode("held");
    private static readonly JsonEncodedText s_posted = JsonEncodedText.Encode("posted");
    private static readonly JsonEncodedText s_sale = JsonEncodedText.Encode("sale");
    private static readonly JsonEncodedText s_refund = JsonEncodedText.Encode("refund");
    private static readonly JsonEncodedText s_reversal = JsonEncodedText.Encode("reversal");

    public static int StatusOf(NoticeResult result) => result.IsHeld ? StatusCodes.Status202Accepted
        : result.IsDuplicate ? StatusCodes.Status200OK
        : StatusCodes.Status201Created;

    public static void Write(Utf8JsonWriter json, NoticeResult result)
    {
        Span<byte> text = stackalloc byte[40];
        json.WriteStartObject();
        json.WriteString(s_state, result.IsHeld ? s_held : s_posted);
        json.WriteBoolean(s_duplicate, result.IsDuplicate);
        json.WriteStartObject(s_key);
        json.WriteString(s_merchantNo, result.MerchantNo);
        json.WriteString(s_terminalNo, result.TerminalNo);
        if (result.Batch is { } batch)
        {
            json.WriteNumber(s_batch, batch);
        }

        json.WriteNumber(s_stan, result.Stan);
        json.WriteString(s_transactionDate, Date(result.TransactionDate, text));
        json.WriteString(s_kind, result.Kind switch
        {
            TransactionKind.Sale => s_sale,
            TransactionKind.Refund => s_refund,
            _ => s_reversal,
        });
        json.WriteEndObject();
        json.WriteString(s_businessDate, Date(result.BusinessDate, text));
        json.WriteNumber(s_amountFen, result.AmountFen);
        if (result.HeldReason is { } reason)
        {
            json.WriteString(s_reason, reason);
        }
        else
        {
            WritePrice(json, result.Price!.Value);
            if (result.PostedAt is { } at)
            {
                json.WriteString(s_postedAt, Time(at, text));
            }
        }

        json.WriteEndObject();
    }

    /// <summary>One line of a batch's answer.</summary>
    public void WriteLine(Utf8JsonWriter json, int lineNo, NoticeAttempt attempt, CultureInfo language, HttpContext context)
    {
        json.WriteStartObject();
        json.WriteNumber(s_line, lineNo);
        if (attempt.Result is { } result)
        {
            json.WriteNumber(s_status, StatusOf(result));
            json.WritePropertyName(s_result);
            Write(json, result);
        }
        else
        {
            var refusal = attempt.Refusal ?? FailureHandler.RefusalOf(attempt.Failure!);
            json.WriteNumber(s_status, refusal is null ? StatusCodes.Status500InternalServerError : ProblemResults.StatusOf(refusal.Kind));
            json.WritePropertyName(s_problem);
            if (refusal is not null)
            {
                ProblemResults.Document(refusal, texts, language).WriteTo(json, PlatformJson.Options);
            }
            else
            {
                LogBug(attempt.Failure!, lineNo, context.TraceIdentifier);
                BugResult.Document(context, texts, language).WriteTo(json, PlatformJson.Options);
            }
        }

        json.WriteEndObject();
    }

    private static void WritePrice(Utf8JsonWriter json, PricedSale price)
    {
        json.WriteNumber(s_feeFen, price.FeeFen);
        if (price.TariffRuleId != 0)
        {
            json.WriteStartObject(s_parts);
            json.WriteNumber(s_issuerFen, price.IssuerFeeFen);
            json.WriteNumber(s_networkFen, price.NetworkFeeFen);
            json.WriteNumber(s_acquirerFen, price.AcquirerFeeFen);
            json.WriteEndObject();
        }

        json.WriteNumber(s_feePlanId, price.FeePlanId);
        json.WriteNumber(s_planTerm, price.PlanTerm);
        json.WriteNumber(s_tariffRuleId, price.TariffRuleId);
    }

    // The standard forms are written digit by digit; a form of our own would be read letter by letter each time.
    private static ReadOnlySpan<byte> Date(DateOnly date, Span<byte> text)
    {
        date.TryFormat(text, out var length, "O", CultureInfo.InvariantCulture);
        return text[..length];
    }

    private static ReadOnlySpan<byte> Time(DateTimeOffset at, Span<byte> text)
    {
        BusinessTime.FromUtc(at.UtcDateTime).TryFormat(text, out var length, "s", CultureInfo.InvariantCulture);
        "+08:00"u8.CopyTo(text[length..]);
        return text[..(length + 6)];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Line {LineNo} of a batch of notices: a bug, request {RequestId}")]
    private partial void LogBug(Exception exception, int lineNo, string requestId);
}
