using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Acquiring.Core.Online;

/// <summary>The fields of a notice, in the order in which they are judged whatever their order in the body.</summary>
internal enum NoticeField
{
    MerchantNo,
    TerminalNo,
    Batch,
    Stan,
    OccurredAt,
    Kind,
    AmountFen,
    PayType,
    CardKind,
    Card,
    Reference,
    OriginalReference,
    OriginalStan,
    OriginalOccurredAt,
}

/// <summary>Where each field's value stands in the body; nothing is copied but the rare value with an escape in it.</summary>
internal ref struct NoticeFields
{
    public const int Count = (int)NoticeField.OriginalOccurredAt + 1;

    private static readonly byte[][] Names = [.. Enum.GetNames<NoticeField>().Select(n => Encoding.ASCII.GetBytes(JsonNamingPolicy.CamelCase.ConvertName(n)))];

    private readonly ReadOnlySpan<byte> _body;
    private readonly Span<Place> _places;

    public NoticeFields(ReadOnlySpan<byte> body, Span<Place> places)
    {
        _body = body;
        _places = places;
        _places.Clear();
    }

    /// <summary>Room for all places without an object.</summary>
    [InlineArray(Count)]
    internal struct Places
    {
        private Place _first;
    }

    internal struct Place
    {
        public int Start;
        public int Length;
        public JsonTokenType Token;
        public byte[]? Unescaped;
    }

    public static string NameOf(NoticeField field) => Encoding.ASCII.GetString(Names[(int)field]);

    /// <summary>A value that is there and not <c>null</c>.</summary>
    public readonly bool Has(NoticeField field) => _places[(int)field].Token is not (JsonTokenType.None or JsonTokenType.Null);

    public readonly bool IsString(NoticeField field) => _places[(int)field].Token == JsonTokenType.String;

    public readonly bool IsNumber(NoticeField field) => _places[(int)field].Token == JsonTokenType.Number;

    public readonly ReadOnlySpan<byte> this[NoticeField field]
    {
        get
        {
            ref readonly var place = ref _places[(int)field];
            return place.Unescaped ?? _body.Slice(place.Start, place.Length);
        }
    }

    /// <summary>Finds the fields of one JSON object. Returns the code of what is wrong with it as a whole, and the name it happened at.</summary>
    public readonly string? Find(out string found)
    {
        found = "";
        var reader = new Utf8JsonReader(_body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return NoticeCodes.NotJson;
            }

            var index = -1;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                index = IndexOf(ref reader, index + 1);
                if (index < 0)
                {
                    found = reader.GetString()!;
                    return NoticeCodes.UnknownField;
                }

                ref var place = ref _places[index];
                if (place.Token != JsonTokenType.None)
                {
                    found = NameOf((NoticeField)index);
                    return NoticeCodes.Twice;
                }

                reader.Read();
                place.Token = reader.TokenType;
                if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                {
                    reader.Skip();
                }
                else
                {
                    // A string's span is without its quotation marks.
                    place.Start = (int)reader.TokenStartIndex + (reader.TokenType == JsonTokenType.String ? 1 : 0);
                    place.Length = reader.ValueSpan.Length;
                    place.Unescaped = reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : null;
                }
            }

            // Whatever follows the object makes the reader throw.
            return reader.TokenType == JsonTokenType.EndObject && !reader.Read() ? null : NoticeCodes.NotJson;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is how the reader tells bytes that are no text inside a string.
            return NoticeCodes.NotJson;
        }
    }

    /// <summary>A gateway sends its fields in one order, mostly ours: the likeliest is looked at first.</summary>
    private static int IndexOf(ref Utf8JsonReader reader, int likely)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            var index = likely + i;
            index = index < Names.Length ? index : index - Names.Length;
            if (reader.ValueTextEquals(Names[index]))
            {
                return index;
            }
        }

        return -1;
    }
}
