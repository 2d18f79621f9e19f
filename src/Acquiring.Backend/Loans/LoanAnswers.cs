using System.Text.Json;
using Acquiring.Backend.Platform;
using Acquiring.Core.Loans;

namespace Acquiring.Backend.Loans;

/// <summary>What came in through our machines in a window, against what was declared and against the loan.</summary>
/// <param name="From">First day of the window; its last is the date asked for.</param>
/// <param name="IncompleteDays">Days of the window whose files are not complete: their receipts may be more.</param>
/// <param name="Net">Sales less refunds and reversals.</param>
/// <param name="Expected">What the agreed share takes of each day, rounded half-up to the fen; at most what is owed.</param>
/// <param name="TurnoverPerTenThousand">Net receipts of the turnover declared for as many days, rounded half-up; 10,000 is all of it. Null where none was declared.</param>
/// <param name="LoanPerTenThousand">Expected of outstanding, rounded half-up; at most 10,000.</param>
public sealed record ReturnFlowAnswer(
    DateOnly From, int Days, int IncompleteDays, Money Net, Money Expected, long? TurnoverPerTenThousand, long LoanPerTenThousand);

/// <summary>A loan as it was on a date.</summary>
/// <param name="SharePercent">Of net receipts, agreed for repayment.</param>
/// <param name="DeclaredMonthlyTurnover">For a month of 30 days.</param>
/// <param name="Since">The date of the list from which on it was so.</param>
/// <param name="Version">Of the loan, counted by its changes; the present one, whatever the date.</param>
/// <param name="LastActiveOn">The merchant's last sale, or what the registry knows of its machines; null: never.</param>
/// <param name="QuietDays">Days with complete files since then, and since the loan was paid out.</param>
public sealed record LoanAnswer(
    string LoanRef, string MerchantNo, string MerchantName, string BranchCode, DateOnly On, string Product, Money? Principal, Money Outstanding,
    DateOnly DisbursedOn, DateOnly? NextDueOn, string SharePercent, Money? DeclaredMonthlyTurnover, DateOnly Since, int Version, DateOnly? LastActiveOn,
    int QuietDays, ReturnFlowAnswer ReturnFlow);

/// <summary>What a loan was from a date on.</summary>
/// <param name="To">Not included; null: until now.</param>
public sealed record LoanVersionAnswer(
    DateOnly From, DateOnly? To, string Product, Money? Principal, Money Outstanding, DateOnly DisbursedOn, DateOnly? NextDueOn, string SharePercent,
    Money? DeclaredMonthlyTurnover);

/// <param name="Act"><c>open</c>, <c>change</c>, <c>correct</c>, <c>close</c> or <c>reopen</c>.</param>
public sealed record LoanStepAnswer(int Version, string Act, DateOnly AsOf, JsonElement Details, string Actor, DateTimeOffset At);

/// <param name="Loan">Null where it was not open on the date.</param>
/// <param name="Versions">By date.</param>
/// <param name="Steps">In their order.</param>
public sealed record LoanWithHistoryAnswer(
    string LoanRef, string MerchantNo, DateOnly On, LoanAnswer? Loan, IReadOnlyList<LoanVersionAnswer> Versions, IReadOnlyList<LoanStepAnswer> Steps);

/// <summary>A merchant's open loans in sum.</summary>
public sealed record MerchantLoansAnswer(int Loans, Money Outstanding, DateOnly FirstDisbursedOn, IReadOnlyList<string> LoanRefs);
