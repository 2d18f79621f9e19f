using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Loans;

/// <summary>
/// Loans that the bank knows of, as dated lists, and what of our receipts flows back to them (domain §6). Others join <c>loan_on(date)</c>.
/// </summary>
public static class LoansModule
{
    public static IServiceCollection AddLoans(this IServiceCollection services) => services.AddSingleton<ImportLoans>().AddSingleton<LoanReader>();

    public static IEndpointRouteBuilder MapLoans(this IEndpointRouteBuilder routes)
    {
        LoanEndpoints.Map(routes);
        return routes;
    }
}
