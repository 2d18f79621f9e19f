using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Acquiring.Host.Hosting.Description;

/// <summary>What the types say and the schema of them does not: which members must be there, and what our problems carry.</summary>
internal sealed class SchemaNotes : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Properties: { } properties } written)
        {
            return;
        }

        if (context.Type == typeof(ProblemDetails))
        {
            written.Description = "A refusal (RFC 9457): what was wrong and the cure, in the caller's language.";
            properties["type"] = Text("`/problems/` and the code. Stable: it never changes with the language.");
            properties["detail"] = Text("What was wrong, and what to do about it.");
            properties["code"] = Text("The end of `type`.");
            properties["details"] = new OpenApiSchema { Type = JsonSchemaType.Object, Description = "The values named in the text, each as text." };
            properties["requestId"] = Text("Names this request in the log.");
            return;
        }

        // A record's constructor says it: what has no default and cannot be null must be there.
        var constructor = context.Type.GetConstructors().MaxBy(c => c.GetParameters().Length);
        var nullability = new System.Reflection.NullabilityInfoContext();
        foreach (var parameter in constructor?.GetParameters() ?? [])
        {
            var name = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(parameter.Name ?? "");
            if (!parameter.HasDefaultValue && properties.ContainsKey(name)
                && nullability.Create(parameter).WriteState == System.Reflection.NullabilityState.NotNull)
            {
                (written.Required ??= new HashSet<string>(StringComparer.Ordinal)).Add(name);
            }
        }
    }

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
