using Microsoft.Extensions.DependencyInjection;

namespace Acquiring.Backend.Platform.PersonalData;

/// <summary>
/// Sealing and references for all modules. The key file is read or made when the first service is asked for, not before, so that
/// composing the host touches no disk. Run <see cref="PersonalDataKeyCheck"/> after the migrations.
/// </summary>
public static class PersonalDataModule
{
    /// <param name="services">The host's.</param>
    /// <param name="keyPath">See <see cref="PersonalDataKey.PathFor"/>.</param>
    public static IServiceCollection AddPersonalData(this IServiceCollection services, Func<IServiceProvider, string> keyPath) => services
        .AddSingleton(p => PersonalDataKey.LoadOrCreate(keyPath(p)))
        .AddSingleton<PersonalDataProtector>()
        .AddSingleton<CardReferences>();
}
