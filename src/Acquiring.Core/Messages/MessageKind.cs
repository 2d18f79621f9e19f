namespace Acquiring.Core.Messages;

/// <summary>What there is to tell. The names are those of templates, in the log and of a bank's own template files.</summary>
/// <param name="Needed">Places that every wording must have: a restriction always says why and what lifts it.</param>
/// <param name="Optional">Places that a wording may have.</param>
/// <param name="IsSecret">Never shown, wiped as soon as it is not to be sent any more.</param>
public sealed record MessageKind(string Name, IReadOnlyList<string> Needed, IReadOnlyList<string> Optional, bool IsSecret = false)
{
    public static readonly MessageKind MerchantRestricted = new("merchant-restricted", ["scopes", "why", "cure"], ["merchant", "merchantNo", "branch", "date"]);
    public static readonly MessageKind MerchantSuspended = new("merchant-suspended", ["why", "cure"], ["merchant", "merchantNo", "branch", "date"]);
    public static readonly MessageKind HoldLifted = new("hold-lifted", [], ["merchant", "merchantNo", "branch", "date", "setOn"]);
    public static readonly MessageKind StaffHold =
        new("staff-hold", ["merchantNo", "scopes", "why", "cure"], ["merchant", "branch", "date", "who"]);
    public static readonly MessageKind ApplicationFixes = new("application-fixes", ["fixes"], ["merchant", "branch", "date", "why"]);
    public static readonly MessageKind TaskInstall =
        new("task-install", ["merchantNo", "machines"], ["merchant", "branch", "date", "township", "orders"]);
    public static readonly MessageKind TaskRecover = new("task-recover", ["terminalNo"], ["merchant", "merchantNo", "branch", "date", "serialNo", "address"]);
    public static readonly MessageKind TaskFollowUp =
        new("task-follow-up", ["terminalNo", "task", "due"], ["merchant", "merchantNo", "branch", "date", "since"]);
    public static readonly MessageKind OneTimeCode = new("one-time-code", ["code"], ["purpose", "minutes"], IsSecret: true);

    public static IReadOnlyList<MessageKind> All { get; } =
        [MerchantRestricted, MerchantSuspended, HoldLifted, StaffHold, ApplicationFixes, TaskInstall, TaskRecover, TaskFollowUp, OneTimeCode];

    public IReadOnlyList<string> Places => [.. Needed, .. Optional];
}
