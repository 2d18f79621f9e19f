using Acquiring.Core.Merchants;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Acquiring.Core.Transactions;

namespace Acquiring.Backend.Merchants.Groups;

/// <summary>Why a group of merchants is not made or changed.</summary>
internal static class GroupRefusals
{
    public const int NameCharsMax = 200;

    public static Refusal Unknown(string code) => Of(RefusalKind.NotFound, "group.unknown", code);

    public static Refusal Taken(string code) => Of(RefusalKind.Conflict, "group.taken", code);

    public static Refusal AlreadyIn(string code, string merchantNo) => Of(RefusalKind.Conflict, "group.already-in", code, new Detail("merchantNo", merchantNo));

    public static Refusal NotIn(string code, string merchantNo) => Of(RefusalKind.NotFound, "group.not-in", code, new Detail("merchantNo", merchantNo));

    /// <summary>In this order: the code, the name.</summary>
    public static Refusal? Check(string code, string? name, MerchantGroupKind kind) =>
        !RegistryCells.IsCode(code) ? Of(RefusalKind.Invalid, "group.code", code.Length > 40 ? code[..40] : code)
        : string.IsNullOrWhiteSpace(name) || name.Length > NameCharsMax ? MerchantRefusals.Text("name", NameCharsMax)
        : CardLikeText.Has(name) ? Refusal.Of(RefusalKind.Invalid, "merchant.card-in-text", new Detail("field", "name"))
        : !Enum.IsDefined(kind) ? Refusal.Of(RefusalKind.Invalid, "request.missing", new Detail("parameter", "kind"))
        : null;

    /// <summary>Dates from long ago or far ahead are slips of the pen.</summary>
    public static Refusal? CheckFrom(DateOnly from) => from < AttributeClaim.ValidMin || from > AttributeClaim.ValidMax
        ? Refusal.Of(RefusalKind.Invalid, "request.bad-parameter", new Detail("parameter", "from"), new Detail("value", $"{from:yyyy-MM-dd}"))
        : null;

    private static Refusal Of(RefusalKind kind, string code, string group, params IReadOnlyList<Detail> details) =>
        Refusal.Of(kind, code, [new Detail("group", group), .. details]);
}
