namespace Acquiring.Core.Onboarding;

/// <summary>Whether a submission needs a field.</summary>
public enum FieldNeed
{
    Always = 1,

    /// <summary>Of firms; a micro merchant has none.</summary>
    Enterprise,

    /// <summary>Of micro merchants.</summary>
    Micro,
    Never,
}

/// <param name="Path">Where it stands in the form: <c>premises.latitude</c>.</param>
/// <param name="IsPersonal">Sealed in the database and masked in answers.</param>
public sealed record FormField(string Path, FieldNeed Need, bool IsPersonal = false);

/// <param name="Kind">What the paper is: <c>licence</c>, <c>premises</c>, ...</param>
public sealed record FormDocument(string Kind, FieldNeed Need);

/// <summary>The form as it was printed from a date on.</summary>
/// <param name="EffectiveFrom">The first date on which a new application begins with it.</param>
public sealed record FormDefinition(int Version, DateOnly EffectiveFrom, IReadOnlyList<FormField> Fields, IReadOnlyList<FormDocument> Documents)
{
    public bool Needs(string path, ApplicantKind? kind) => Fields.Any(f => f.Path == path && Applies(f.Need, kind));

    /// <summary>The papers that must be there before anybody can verify.</summary>
    public IEnumerable<string> DocumentsOf(ApplicantKind? kind) => Documents.Where(d => Applies(d.Need, kind)).Select(d => d.Kind);

    private static bool Applies(FieldNeed need, ApplicantKind? kind) => need switch
    {
        FieldNeed.Always => true,
        FieldNeed.Enterprise => kind == ApplicantKind.Enterprise,
        FieldNeed.Micro => kind == ApplicantKind.Micro,
        _ => false,
    };
}

/// <summary>
/// Every version of the form there ever was. An application is judged by the version it was written on, so that a form that changes does
/// not turn good drafts into bad ones. A new version is another entry; entries are never edited.
/// </summary>
public sealed class FormBook(params IReadOnlyList<FormDefinition> definitions)
{
    public static FormBook Product { get; } = new(new FormDefinition(
        1, new DateOnly(2026, 1, 1),
        [
            new("kind", FieldNeed.Always), new("branchCode", FieldNeed.Always), new("registeredName", FieldNeed.Always),
            new("tradeName", FieldNeed.Always), new("licenceNo", FieldNeed.Enterprise), new("licenceExpiresOn", FieldNeed.Enterprise),
            new("licenceIsPermanent", FieldNeed.Never), new("creditCode", FieldNeed.Enterprise),
            new("personInCharge.name", FieldNeed.Always, IsPersonal: true), new("personInCharge.idNo", FieldNeed.Micro, IsPersonal: true),
            new("mcc", FieldNeed.Always), new("premises.address", FieldNeed.Always), new("premises.township", FieldNeed.Always),
            new("premises.latitude", FieldNeed.Always, IsPersonal: true), new("premises.longitude", FieldNeed.Always, IsPersonal: true),
            new("premises.accuracyMetres", FieldNeed.Always), new("settlementAccount", FieldNeed.Always, IsPersonal: true),
            new("phone", FieldNeed.Always, IsPersonal: true), new("machines", FieldNeed.Always), new("wantedPlates", FieldNeed.Never),
            new("feeTerms", FieldNeed.Always),
        ],
        [
            new("licence", FieldNeed.Enterprise), new("idCard", FieldNeed.Micro), new("premises", FieldNeed.Always),
            new("agreement", FieldNeed.Never), new("other", FieldNeed.Never),
        ]));

    public IReadOnlyList<FormDefinition> Definitions { get; } = definitions;

    public FormDefinition? Find(int version) => Definitions.FirstOrDefault(d => d.Version == version);

    /// <summary>What a new application begins with.</summary>
    public FormDefinition Current(DateOnly today) => Definitions.Where(d => d.EffectiveFrom <= today).MaxBy(d => d.Version) ?? Definitions[0];
}
