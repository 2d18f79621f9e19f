using System.Globalization;
using Acquiring.Backend.Messages.Compose;
using Acquiring.Backend.Messages.Contacts;
using Acquiring.Core.Messages;
using Npgsql;

namespace Acquiring.Backend.Messages;

/// <summary>A one-time code to send to a phone.</summary>
/// <param name="Request">The client-made id of what it confirms: asked for again under it, no second message is made.</param>
/// <param name="Code">Sealed until it is sent, then wiped; never shown, never logged.</param>
/// <param name="Purpose">What it confirms, in the reader's language, such as "early repayment of 12,000.00 yuan".</param>
/// <param name="Language"><c>zh-CN</c> or <c>en</c>.</param>
internal sealed record OneTimeCode(Guid Request, string Phone, string Code, string Purpose, string Language = "zh-CN", string? MerchantNo = null)
{
    public override string ToString() => $"one-time code for {Request}";
}

/// <summary>For acts that need an answer from the person now: the message is part of their transaction and goes out after it.</summary>
internal interface IMessages
{
    /// <summary>
    /// Within the open transaction of <paramref name="connection"/>. It is tried for the minutes of its setting and never sent later; asked
    /// for again under the same request it sends nothing more. A new code is a new request.
    /// </summary>
    Task SendCodeAsync(NpgsqlConnection connection, OneTimeCode code, CancellationToken cancellationToken);
}

/// <inheritdoc cref="IMessages"/>
internal sealed class SendCode(MessageRows rows, MessageOptions options, TimeProvider clock) : IMessages
{
    public async Task SendCodeAsync(NpgsqlConnection connection, OneTimeCode code, CancellationToken cancellationToken)
    {
        // The party is named by the request, not by the phone: keys are readable.
        var draft = new MessageDraft(
            MessageKind.OneTimeCode, $"code/{code.Request}", new(PartyKind.Phone, $"{code.Request}"), code.MerchantNo, null,
            _ =>
            [
                new("code", code.Code), new("purpose", code.Purpose),
                new("minutes", options.CodeMinutes.ToString(CultureInfo.InvariantCulture)),
            ]);
        await rows.InsertAsync(
            connection, [(draft, new Reach(MessageChannel.Sms, code.Phone, code.Language))], clock.GetUtcNow(), options.CodeLasts, cancellationToken);
    }
}
