using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Acquiring.Backend.Platform;

/// <summary>
/// A number that is too large for its place, such as 1e400, would be read as infinite, which nothing can be computed with and no JSON can carry on:
/// it is refused where it stands.
/// </summary>
internal sealed class FiniteNumbers : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // Numbers in quotation marks are read as everywhere in web defaults.
        var isNumber = reader.TokenType == JsonTokenType.String
            ? double.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            : reader.TryGetDouble(out number);
        return isNumber && double.IsFinite(number) ? number : throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
