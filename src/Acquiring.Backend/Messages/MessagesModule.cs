using Acquiring.Backend.Messages.Compose;
using Acquiring.Backend.Messages.Contacts;
using Acquiring.Backend.Messages.Gateways;
using Acquiring.Backend.Messages.Log;
using Acquiring.Backend.Messages.Sending;
using Acquiring.Backend.Messages.Templates;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Messages;

/// <summary>
/// Merchants and staff are told what concerns them. Composed of the events in the outbox, so no act knows of it; an act that needs an answer
/// from a person uses <see cref="IMessages"/>. Needs onboarding, whose forms have phones.
/// </summary>
public static class MessagesModule
{
    public static IServiceCollection AddMessages(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(MessageOptions.Of(configuration)).AddSingleton<TemplateBook>().AddSingleton<MessageRows>().AddSingleton<IMessages, SendCode>()
        .AddSingleton<AddressBook>().AddSingleton<ContactStore>().AddSingleton<EventMessages>().AddSingleton<ComposeMessages>()
        .AddSingleton<FileGateway>().AddSingleton<MessageGateways>().AddSingleton<MessageQueue>().AddSingleton<SendMessages>()
        .AddSingleton<MessageLog>().AddSingleton<ResendMessage>().AddSingleton<ForgetMessages>().AddHostedService<MessageWorker>();

    public static IEndpointRouteBuilder MapMessages(this IEndpointRouteBuilder routes)
    {
        MessageEndpoints.Map(routes);
        ContactEndpoints.Map(routes);
        return routes;
    }
}
