using Acquiring.Backend.Platform.Acts;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Acquiring.Host.Hosting.Description;

/// <summary>Every operation that changes something takes an <c>Idempotency-Key</c>, and says what becomes of one that is used again.</summary>
internal sealed class KeyNotes : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.ApiDescription.HttpMethod is not ("POST" or "PUT" or "PATCH"))
        {
            return;
        }

        operation.Parameters ??= [];
        if (!operation.Parameters.Any(p => p.Name == IdempotencyKey.Header))
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = IdempotencyKey.Header,
                In = ParameterLocation.Header,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = IdempotencyKey.LengthMax },
            });
        }

        operation.Responses ??= [];
        Note(operation.Responses, "409", "`request.key-under-way`: a request with this key is being done now; send it again after Retry-After.");
        Note(operation.Responses, "422", "`request.key-reused`: the key was used for another request.");
    }

    private static void Note(OpenApiResponses responses, string status, string note)
    {
        if (!responses.TryGetValue(status, out var response))
        {
            responses.Add(status, new OpenApiResponse { Description = note });
        }
        else if (!string.Equals(response.Description, note, StringComparison.Ordinal))
        {
            response.Description = $"{response.Description} {note}";
        }
    }
}
