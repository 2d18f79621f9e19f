using Acquiring.Core.Messages;
using Npgsql;

namespace Acquiring.Backend.Messages.Sending;

/// <summary>Whether what a message tells of still stands. Asked before each attempt, so nobody is told of what is over.</summary>
internal static class MatterChecks
{
    private const string HoldIsLifted =
        """
        select h.lifted_in is not null
        from merchant m join merchant_hold h using (merchant_id)
        where m.merchant_no = split_part($1, '/', 2) and h.hold_no = split_part($1, '/', 3)::integer
        """;

    // Of who was never told of a hold, nobody needs to hear that it is lifted.
    private const string WasNeverTold =
        """
        select not exists (select from message where matter = $1 and template in ('merchant-restricted', 'merchant-suspended')
                                                and (state in ('sent', 'unknown') or may_be_taken))
        """;

    private const string FixesAreIn =
        "select state <> 'needsFix' from merchant_application where application_id = split_part($1, '/', 2)::uuid";

    private const string IsInstalled =
        """
        select not exists (select from merchant m join work_order w using (merchant_id)
                           where m.merchant_no = split_part($1, '/', 2) and w.state = 'open')
        """;

    private const string IsNotToBeRecovered = "select state <> 'removalOrdered' from terminal where terminal_no = split_part($1, '/', 2)";

    // Or given to another since.
    private const string FollowUpIsOver =
        """
        select f.state <> 'open' or exists (select from follow_up_step s where s.follow_up_id = f.follow_up_id and s.act in ('reassign', 'reopen')
                                                 and s.version > split_part($1, '/', 3)::integer)
        from follow_up f where f.follow_up_id = split_part($1, '/', 2)::bigint
        """;

    /// <summary>Why it is not sent any more; <c>null</c> when it is.</summary>
    public static async Task<string?> OverAsync(NpgsqlConnection connection, string template, string matter, CancellationToken cancellationToken)
    {
        var (sql, reason) = MessageKind.All.FirstOrDefault(k => k.Name == template) switch
        {
            var k when k == MessageKind.MerchantRestricted || k == MessageKind.MerchantSuspended || k == MessageKind.StaffHold => (HoldIsLifted, "lifted"),
            var k when k == MessageKind.HoldLifted => (WasNeverTold, "neverTold"),
            var k when k == MessageKind.ApplicationFixes => (FixesAreIn, "fixed"),
            var k when k == MessageKind.TaskInstall => (IsInstalled, "taskDone"),
            var k when k == MessageKind.TaskRecover => (IsNotToBeRecovered, "taskDone"),
            var k when k == MessageKind.TaskFollowUp => (FollowUpIsOver, "taskDone"),
            _ => ("", ""),
        };
        if (sql.Length == 0)
        {
            return null;
        }

        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = matter });
        return await command.ExecuteScalarAsync(cancellationToken) is true ? reason : null;
    }
}
