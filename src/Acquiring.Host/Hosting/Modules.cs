using Acquiring.Backend.Alarms;
using Acquiring.Backend.Books;
using Acquiring.Backend.Days;
using Acquiring.Backend.FollowUp;
using Acquiring.Backend.IdlePolicies;
using Acquiring.Backend.IdleSweep;
using Acquiring.Backend.Lists;
using Acquiring.Backend.Loans;
using Acquiring.Backend.Merchants;
using Acquiring.Backend.Messages;
using Acquiring.Backend.Night;
using Acquiring.Backend.Onboarding;
using Acquiring.Backend.Platform;
using Acquiring.Backend.Pricing;
using Acquiring.Backend.Redeploy;
using Acquiring.Backend.Registry;
using Acquiring.Backend.Removal;
using Acquiring.Backend.Scorecards;
using Acquiring.Backend.Terminals;
using Acquiring.Backend.Tiers;
using Acquiring.Backend.Transactions;
using Acquiring.Backend.Transactions.Volumes;
using Acquiring.Backend.Webhooks;
using Acquiring.Backend.WorkTerms;

namespace Acquiring.Host.Hosting;

/// <summary>Every module of the product, once.</summary>
internal static class Modules
{
    public static IServiceCollection AddModules(this IServiceCollection services, IConfiguration configuration) =>
        services.AddPlatform().AddRegistry().AddTransactions(configuration).AddVolumes().AddDays().AddIdleSweep().AddBooks()
            .AddMerchants(configuration).AddTerminals().AddPricing(configuration).AddOnboarding(configuration).AddLists().AddTiers().AddLoans().AddIdlePolicies().AddWorkTerms().AddFollowUp().AddRemoval().AddRedeploy().AddAlarms().AddScorecards().AddNight(configuration).AddWebhooks(configuration)
            .AddMessages(configuration);

    public static IEndpointRouteBuilder MapModules(this IEndpointRouteBuilder api) =>
        api.MapPlatform().MapRegistry().MapTransactions().MapVolumes().MapDays().MapIdleSweep().MapBooks().MapMerchants().MapTerminals().MapPricing()
            .MapOnboarding().MapLists().MapTiers().MapLoans().MapIdlePolicies().MapWorkTerms().MapFollowUp().MapRemoval().MapRedeploy().MapAlarms().MapScorecards().MapNight().MapWebhooks().MapMessages();
}
