using System.Reflection;
using Acquiring.Host.Hosting.Description;
using Microsoft.OpenApi;

namespace Acquiring.Host.Hosting;

/// <summary>The OpenAPI document and the page that shows it.</summary>
internal static class ApiDocument
{
    public const string JsonPath = "/swagger/v1/swagger.json";

    public static IServiceCollection AddApiDocument(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        return services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "Acquiring",
                Version = "v1",
                Description = "Back office for merchant acquiring and POS terminals. Money is an integer of fen. Lists are pages: follow `next`. "
                    + "Refusals are RFC 9457 problems with a stable `type`; their text follows `Accept-Language` (en, zh-CN).",
            });
            options.SupportNonNullableReferenceTypes();
            // A member whose type is described elsewhere keeps what is said of it here.
            options.UseAllOfToExtendReferenceSchemas();
            foreach (var xml in Directory.EnumerateFiles(AppContext.BaseDirectory, "Acquiring.*.xml"))
            {
                options.IncludeXmlComments(xml);
            }

            options.SchemaFilter<SchemaNotes>();
            options.OperationFilter<ProblemNotes>();
            options.OperationFilter<KeyNotes>();
            options.OperationFilter<ParameterNotes>();
            options.OperationFilter<BodyExamples>();
        });
    }

    public static void UseApiDocument(this IApplicationBuilder app)
    {
        app.UseSwagger();
        app.UseSwaggerUI(options =>
        {
            options.DocumentTitle = "Acquiring";
            options.EnableDeepLinking();
            options.SwaggerEndpoint(JsonPath, "Acquiring v1");
        });
    }

    public static string Version => typeof(ApiDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
