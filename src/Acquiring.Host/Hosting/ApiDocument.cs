using System.Reflection;
using System.Text.Json.Nodes;
using Acquiring.Backend.Platform;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

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
            options.OperationFilter<Examples>();
            options.OperationFilter<CommonProblems>();
        });
    }

    public static void UseApiDocument(this IApplicationBuilder app)
    {
        app.UseSwagger();
        app.UseSwaggerUI(options =>
        {
            options.DocumentTitle = "Acquiring";
            options.SwaggerEndpoint(JsonPath, "Acquiring v1");
        });
    }

    public static string Version => typeof(ApiDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>One example for each parameter name: the names mean the same everywhere.</summary>
    private sealed class Examples : IOperationFilter
    {
        private static readonly Dictionary<string, JsonNode> s_byName = new(StringComparer.OrdinalIgnoreCase)
        {
            ["from"] = "2026-11-14",
            ["to"] = "2026-11-20",
            ["on"] = "2026-11-20",
            ["date"] = "2026-11-20",
            ["merchantNo"] = "102360715200001",
            ["terminalNo"] = "10000000",
            ["name"] = "ZM_20261120.txt",
            ["limit"] = PageRequest.LimitDefault,
            ["fileId"] = 7,
            ["state"] = "held",
            ["reason"] = "unknown-terminal",
            ["by"] = "transactionDate",
        };

        public void Apply(OpenApiOperation operation, OperationFilterContext context)
        {
            foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
            {
                if (parameter.Example is null && s_byName.TryGetValue(parameter.Name ?? "", out var example))
                {
                    parameter.Example = example.DeepClone();
                }
            }
        }
    }

    /// <summary>Every operation can fail by an outage or by a bug; said once here.</summary>
    private sealed class CommonProblems : IOperationFilter
    {
        public void Apply(OpenApiOperation operation, OperationFilterContext context)
        {
            operation.Responses ??= [];
            operation.Responses.TryAdd("500", new OpenApiResponse { Description = "An error of the program; the log tells more under the request id." });
            operation.Responses.TryAdd("503", new OpenApiResponse { Description = "The database does not answer now; try again after Retry-After." });
        }
    }
}
