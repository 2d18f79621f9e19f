using System.Globalization;
using Acquiring.Backend.Messages.Contacts;
using Acquiring.Core.Messages;
using Acquiring.Core.Refusals;
using Acquiring.Core.Texts;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Messages.Compose;

/// <summary>Who is told what of which event. Another event to tell of is another case here, with its kind of message and its wordings.</summary>
internal sealed class EventMessages(TextCatalog texts)
{
    public const string Restrict = "merchant.restrict";
    public const string Suspend = "merchant.suspend";
    public const string Lift = "merchant.lift";
    public const string Activate = "merchant.activate";
    public const string AskForFixes = "application.askForFixes";
    public const string OrderRemoval = "terminal.orderRemoval";
    public const string OpenFollowUp = "followUp.open";
    public const string ReopenFollowUp = "followUp.reopen";
    public const string ReassignFollowUp = "followUp.reassign";

    public static IReadOnlyList<string> Types { get; } = [Restrict, Suspend, Lift, Activate, AskForFixes, OrderRemoval, OpenFollowUp, ReopenFollowUp, ReassignFollowUp];

    /// <summary>The merchant that an event concerns.</summary>
    public static string? MerchantOf(ToldEvent e) => e.Type switch
    {
        Restrict or Suspend or Lift or Activate => e.ObjectKey,
        OrderRemoval or OpenFollowUp or ReopenFollowUp or ReassignFollowUp => (string?)e.Payload["merchantNo"],
        _ => null,
    };

    public IEnumerable<MessageDraft> Of(ToldEvent e, EventFacts facts)
    {
        var merchantNo = MerchantOf(e);
        var merchant = merchantNo is null ? null : facts.Merchants.GetValueOrDefault(merchantNo);
        return (e.Type, merchant) switch
        {
            (Restrict or Suspend, { } m) when facts.Holds.TryGetValue((e.ObjectKey, e.Version), out var hold) => Held(e, m, hold),
            (Lift, { } m) when facts.Lifts.TryGetValue((e.ObjectKey, e.Version), out var holdNo) => [Lifted(e, m, holdNo, facts.Holds[(e.ObjectKey, holdNo)])],
            (Activate, { } m) when facts.Installs.TryGetValue(e.ObjectKey, out var install) => [Install(e, m, install)],
            (OrderRemoval, { } m) when facts.Terminals.TryGetValue(e.ObjectKey, out var terminal) => [Recover(e, merchantNo!, m, terminal)],
            (OpenFollowUp or ReopenFollowUp or ReassignFollowUp, { } m) => [FollowUp(e, merchantNo!, m)],
            (AskForFixes, _) when facts.Applicants.TryGetValue(e.ObjectKey, out var applicant) => [Fixes(e, applicant)],
            _ => [],
        };
    }

    private IEnumerable<MessageDraft> Held(ToldEvent e, MerchantFacts m, HoldFacts hold)
    {
        var matter = MessageDraft.HoldMatter(e.ObjectKey, e.Version);
        IReadOnlyList<Detail> Values(CultureInfo language) =>
        [
            .. About(e.ObjectKey, m, e.At), new("scopes", Scopes(hold, language)), new("why", hold.Why), new("cure", hold.Cure), new("who", hold.SetBy),
        ];
        yield return new(
            e.Type == Restrict ? MessageKind.MerchantRestricted : MessageKind.MerchantSuspended, matter, new(PartyKind.Merchant, e.ObjectKey), e.ObjectKey,
            e.EventId, Values);
        yield return new(MessageKind.StaffHold, matter, Staff(m), e.ObjectKey, e.EventId, Values);
    }

    private static MessageDraft Lifted(ToldEvent e, MerchantFacts m, int holdNo, HoldFacts hold) => new(
        MessageKind.HoldLifted, MessageDraft.HoldMatter(e.ObjectKey, holdNo), new(PartyKind.Merchant, e.ObjectKey), e.ObjectKey, e.EventId,
        _ => [.. About(e.ObjectKey, m, e.At), new("setOn", Date(hold.SetAt))]);

    private static MessageDraft Install(ToldEvent e, MerchantFacts m, InstallFacts install) => new(
        MessageKind.TaskInstall, MessageDraft.InstallMatter(e.ObjectKey), Staff(m), e.ObjectKey, e.EventId,
        _ =>
        [
            .. About(e.ObjectKey, m, e.At), new("township", install.Township),
            new("machines", string.Join(", ", install.Orders.GroupBy(o => o.Model, StringComparer.Ordinal).Select(g => $"{g.Key} × {g.Count()}"))),
            new("orders", string.Join(", ", install.Orders.Select(o => o.No))),
        ]);

    private static MessageDraft Recover(ToldEvent e, string merchantNo, MerchantFacts m, TerminalFacts terminal) => new(
        MessageKind.TaskRecover, MessageDraft.RecoverMatter(e.ObjectKey, e.Version), Staff(m), merchantNo, e.EventId,
        _ =>
        [
            .. About(merchantNo, m, e.At), new("terminalNo", e.ObjectKey), new("serialNo", terminal.SerialNo), new("address", terminal.Address),
        ]);

    /// <summary>Whoever the task is given to is told, once each time it is opened or handed over.</summary>
    private MessageDraft FollowUp(ToldEvent e, string merchantNo, MerchantFacts m) => new(
        MessageKind.TaskFollowUp, MessageDraft.FollowUpMatter(e.ObjectKey, e.Version),
        (string?)e.Payload["owner"] is { } owner ? new(PartyKind.Manager, owner) : Staff(m), merchantNo, e.EventId,
        language =>
        [
            .. About(merchantNo, m, e.At), new("terminalNo", $"{e.Payload["terminalNo"]}"), new("due", $"{e.Payload["dueOn"]}"),
            new("since", $"{e.Payload["since"]}"), new("task", texts.Text($"message.follow-up.{e.Payload["kind"]}", language)),
        ]);

    private MessageDraft Fixes(ToldEvent e, ApplicantFacts applicant) => new(
        MessageKind.ApplicationFixes, MessageDraft.FixesMatter(e.ObjectKey, e.Version), new(PartyKind.Applicant, e.ObjectKey), null, e.EventId,
        language =>
        [
            new("merchant", applicant.Name), new("branch", applicant.Branch), new("date", Date(e.At)), new("why", $"{e.Payload["why"]}"),
            new("fixes", string.Join('\n', e.Payload["fixes"]!.AsArray().Select((f, i) => $"{i + 1}. {Field($"{f!["field"]}", language)}: {f["what"]}"))),
        ]);

    private static IEnumerable<Detail> About(string merchantNo, MerchantFacts m, DateTimeOffset at) =>
        [new("merchant", m.Name), new("merchantNo", merchantNo), new("branch", m.Branch), new("date", Date(at))];

    private static Party Staff(MerchantFacts m) => m.ManagerCode is { } manager ? new(PartyKind.Manager, manager) : new(PartyKind.Branch, m.BranchCode);

    private string Scopes(HoldFacts hold, CultureInfo language) => hold.Scopes.Length == 0
        ? texts.Text("message.scope.sales", language)
        : string.Join(texts.Text("message.list-comma", language), hold.Scopes.Select(s => texts.Text($"message.scope.{s}", language)));

    /// <summary>As the paper form calls it; a line of a list keeps its number.</summary>
    private string Field(string path, CultureInfo language)
    {
        var line = path.IndexOf('[', StringComparison.Ordinal);
        var name = texts.Find($"message.field.{(line < 0 ? path : path[..line])}", language) ?? path;
        return line >= 0 && int.TryParse(path[(line + 1)..].Split(']')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var no)
            ? $"{name} {no + 1}"
            : name;
    }

    private static string Date(DateTimeOffset at) => at.ToOffset(BusinessTime.Offset).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
