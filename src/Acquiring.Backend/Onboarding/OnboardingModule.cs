using Acquiring.Backend.Onboarding.Approve;
using Acquiring.Backend.Onboarding.Blacklist;
using Acquiring.Backend.Onboarding.Documents;
using Acquiring.Backend.Onboarding.Reading;
using Acquiring.Backend.Onboarding.Save;
using Acquiring.Backend.Onboarding.Steps;
using Acquiring.Backend.Onboarding.WorkOrders;
using Acquiring.Core.Onboarding;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Onboarding;

/// <summary>How merchants come in: the application from its first send to the merchant it becomes. Needs the registry, pricing and sealing.</summary>
public static class OnboardingModule
{
    public static IServiceCollection AddOnboarding(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(OnboardingOptions.From(configuration)).AddSingleton(FormBook.Product)
        .AddSingleton<ApplicationSeals>().AddSingleton<SaveApplication>().AddSingleton<TakeApplicationStep>().AddSingleton<ApproveApplication>()
        .AddSingleton<ReadApplications>().AddSingleton<IDocumentStore, ChunkStore>().AddSingleton<TakeDocuments>()
        .AddSingleton<DismissListed>().AddSingleton<DeleteDocument>();

    public static IEndpointRouteBuilder MapOnboarding(this IEndpointRouteBuilder routes)
    {
        SaveApplicationEndpoint.Map(routes);
        StepEndpoints.Map(routes);
        ReadingEndpoints.Map(routes);
        DismissListedEndpoint.Map(routes);
        DocumentEndpoints.Map(routes);
        WorkOrdersEndpoint.Map(routes);
        return routes;
    }
}
