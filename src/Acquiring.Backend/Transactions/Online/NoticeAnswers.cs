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
    private static readonly JsonEncodedText s_sale = JsonEncodedText.Encode("sale");
    private static readonly JsonEncodedText s_refund = JsonEncodedText.Encode("refund");
    private static readonly JsonEncodedText s_reversal = JsonEncodedText.Encode("reversal");

    public static int StatusOf(NoticeResult result) => result.IsHeld ? StatusCodes.Status202Accepted
        : result.IsDuplicate ? StatusCodes.Status200OK
        : StatusCodes.Status201Created;

    public static void Write(Utf8JsonWriter json, NoticeResult result)
    {
        Span<char> text = stackalloc char[40];
        json.WriteStartObject();
        json.WriteString("state"u8, result.IsHeld ? "held"u8 : "posted"u8);
        json.WriteBoolean("duplicate"u8, result.IsDuplicate);
        json.WriteStartObject("key"u8);
        json.WriteString("merchantNo"u8, result.MerchantNo);
        json.WriteString("terminalNo"u8, result.TerminalNo);
        if (result.Batch is { } batch)
        {
            json.WriteNumber("batch"u8, batch);
        }

        json.WriteNumber("stan"u8, result.Stan);
        json.WriteString("transactionDate"u8, Date(result.TransactionDate, text));
        json.WriteString("kind"u8, result.Kind switch
        {
            TransactionKind.Sale => s_sale,
            TransactionKind.Refund => s_refund,
            _ => s_reversal,
        });
        json.WriteEndObject();
        json.WriteString("businessDate"u8, Date(result.BusinessDate, text));
        json.WriteNumber("amountFen"u8, result.AmountFen);
        if (result.HeldReason is { } reason)
        {
            json.WriteString("reason"u8, reason);
        }
        else
        {
            WritePrice(json, result.Price!.Value);
            if (result.PostedAt is { } at)
            {
                at.ToOffset(BusinessTime.Offset).TryFormat(text, out var length, "yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
                json.WriteString("postedAt"u8, text[..length]);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>One line of a batch's answer.</summary>
    public void WriteLine(Utf8JsonWriter json, int lineNo, NoticeAttempt attempt, CultureInfo language, HttpContext context)
    {
        json.WriteStartObject();
        json.WriteNumber("line"u8, lineNo);
        if (attempt.Result is { } result)
        {
            json.WriteNumber("status"u8, StatusOf(result));
            json.WritePropertyName("result"u8);
            Write(json, result);
        }
        else
        {
            var refusal = attempt.Refusal ?? FailureHandler.RefusalOf(attempt.Failure!);
            json.WriteNumber("status"u8, refusal is null ? StatusCodes.Status500InternalServerError : ProblemResults.StatusOf(refusal.Kind));
            json.WritePropertyName("problem"u8);
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
        json.WriteNumber("feeFen"u8, price.FeeFen);
        if (price.TariffRuleId != 0)
        {
            json.WriteStartObject("parts"u8);
            json.WriteNumber("issuerFen"u8, price.IssuerFeeFen);
            json.WriteNumber("networkFen"u8, price.NetworkFeeFen);
            json.WriteNumber("acquirerFen"u8, price.AcquirerFeeFen);
            json.WriteEndObject();
        }

        json.WriteNumber("feePlanId"u8, price.FeePlanId);
        json.WriteNumber("planTerm"u8, price.PlanTerm);
        json.WriteNumber("tariffRuleId"u8, price.TariffRuleId);
    }

    private static ReadOnlySpan<char> Date(DateOnly date, Span<char> text)
    {
        date.TryFormat(text, out var length, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return text[..length];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Line {LineNo} of a batch of notices: a bug, request {RequestId}")]
    private partial void LogBug(Exception exception, int lineNo, string requestId);
}
