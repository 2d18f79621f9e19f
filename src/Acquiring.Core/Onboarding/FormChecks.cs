using System.Globalization;
using System.Text;
using Acquiring.Core.Pricing;
using Acquiring.Core.Refusals;
using Acquiring.Core.Registry;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Onboarding;

/// <summary>What is wrong with a field: where it stands, a text key whose text says the cure, and the values in it (nothing personal).</summary>
/// <param name="IsHard">It cannot even be kept in a draft.</param>
public sealed record FieldFault(string Path, string Code, bool IsHard, IReadOnlyList<Detail> Details);

/// <summary>Judges a form by its version: all faults at once, in the order of the paper form.</summary>
public sealed class FormChecks
{
    public const int NameCharsMax = 100;
    public const int PersonCharsMax = 50;
    public const int AddressCharsMax = 200;
    public const int TownshipCharsMax = 100;
    public const int NumberCharsMax = 40;
    public const int ModelCharsMax = 60;
    public const int ModelsMax = 20;
    public const int MachinesMax = 50;
    public const int PlatesMax = 50;
    public const int AccuracyMetresMax = 500;

    private const int AccountDigitsMin = 8;
    private const int AccountDigitsMax = 32;

    private readonly FormDefinition _definition;
    private readonly ApplicationForm _form;
    private readonly DateOnly _today;
    private readonly List<FieldFault> _faults = [];

    private FormChecks(FormDefinition definition, ApplicationForm form, DateOnly today) => (_definition, _form, _today) = (definition, form, today);

    /// <param name="form">Tidied: <see cref="FormText.Tidy"/>.</param>
    /// <param name="today">The business date to judge on: a licence runs out.</param>
    public static IReadOnlyList<FieldFault> Of(FormDefinition definition, ApplicationForm form, DateOnly today) =>
        new FormChecks(definition, form, today).Judge();

    private List<FieldFault> Judge()
    {
        Need("kind", _form.Kind is not null);
        if (_form.Kind is { } kind && !Enum.IsDefined(kind))
        {
            Fault("kind", "application.field.kind", isHard: true);
        }

        Words("branchCode", _form.BranchCode, RegistryCells.BranchCodeCharsMax);
        Words("registeredName", _form.RegisteredName, NameCharsMax);
        Words("tradeName", _form.TradeName, NameCharsMax);
        Number("licenceNo", _form.LicenceNo, "application.field.licence-no", n => PaperNumbers.IsLicence(n));
        JudgeExpiry();
        Number("creditCode", _form.CreditCode, "application.field.credit-code", n => PaperNumbers.IsCreditCode(n));
        Words("personInCharge.name", _form.PersonInCharge?.Name, PersonCharsMax);
        Number("personInCharge.idNo", _form.PersonInCharge?.IdNo, "application.field.id-no", n => PaperNumbers.IsIdNumber(n, _today));
        Number("mcc", _form.Mcc, "application.field.mcc", n => n.Length == 4 && !n.AsSpan().ContainsAnyExceptInRange('0', '9') && n != "0000");
        Words("premises.address", _form.Premises?.Address, AddressCharsMax);
        Words("premises.township", _form.Premises?.Township, TownshipCharsMax);
        Range("premises.latitude", _form.Premises?.Latitude, 3.8m, 53.6m, "application.field.position");
        Range("premises.longitude", _form.Premises?.Longitude, 73.4m, 135.1m, "application.field.position");
        Range("premises.accuracyMetres", _form.Premises?.AccuracyMetres, 0.01m, AccuracyMetresMax, "application.field.accuracy");
        Number("settlementAccount", _form.SettlementAccount, "application.field.account",
            n => n.Length is >= AccountDigitsMin and <= AccountDigitsMax && !n.AsSpan().ContainsAnyExceptInRange('0', '9'));
        Number("phone", _form.Phone, "application.field.phone", n => PaperNumbers.IsPhone(n));
        JudgeMachines();
        JudgeFeeTerms();
        return _faults;
    }

    private void JudgeExpiry()
    {
        if (_form.LicenceIsPermanent)
        {
            if (_form.LicenceExpiresOn is not null)
            {
                Fault("licenceExpiresOn", "application.field.expiry-twice");
            }

            return;
        }

        if (Need("licenceExpiresOn", _form.LicenceExpiresOn is not null) && Fits("licenceExpiresOn", _form.LicenceExpiresOn!, NumberCharsMax))
        {
            if (!DateOnly.TryParseExact(_form.LicenceExpiresOn, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var expires))
            {
                Fault("licenceExpiresOn", "application.field.date");
            }
            else if (expires <= _today)
            {
                Fault("licenceExpiresOn", "application.field.expired", details: [new("date", $"{expires:yyyy-MM-dd}"), new("today", $"{_today:yyyy-MM-dd}")]);
            }
        }
    }

    private void JudgeMachines()
    {
        if (_form.WantedPlates is < 1 or > PlatesMax)
        {
            Fault("wantedPlates", "application.field.plates", details: [new("max", $"{PlatesMax}")]);
        }

        // A shop that takes payments by plates only needs no machine.
        if (_form.Machines is not { Count: > 0 } && _form.WantedPlates is not null)
        {
            return;
        }

        if (!Need("machines", _form.Machines is { Count: > 0 }))
        {
            return;
        }

        if (_form.Machines!.Count > ModelsMax)
        {
            Fault("machines", "application.field.models", isHard: true, details: [new("max", $"{ModelsMax}")]);
            return;
        }

        for (var i = 0; i < _form.Machines.Count; i++)
        {
            var machine = _form.Machines[i];
            if (machine.Model is null)
            {
                Fault($"machines[{i}].model", "application.field.required");
            }
            else
            {
                Fits($"machines[{i}].model", machine.Model, ModelCharsMax);
            }

            if (machine.Count is < 1 or > MachinesMax)
            {
                Fault($"machines[{i}].count", "application.field.count", details: [new("max", $"{MachinesMax}")]);
            }
        }

        if (_form.Machines.Sum(m => (long)m.Count) > MachinesMax)
        {
            Fault("machines", "application.field.machines", details: [new("max", $"{MachinesMax}")]);
        }
    }

    private void JudgeFeeTerms()
    {
        if (_form.FeeTerms is null)
        {
            Need("feeTerms", false);
        }
        else if (FeePlanDraft.Read(_form.FeeTerms).Refusal is { } refusal)
        {
            Fault("feeTerms", refusal.Code, details: [.. refusal.Details.Select(d => d with { Value = FoundText.Of(d.Value) })]);
        }
    }

    private void Words(string path, string? text, int charsMax)
    {
        if (Need(path, text is not null))
        {
            Fits(path, text!, charsMax);
        }
    }

    private void Number(string path, string? text, string code, Func<string, bool> isRight)
    {
        // A number may look like a card's without being one: it is sealed, or has a form of its own.
        if (!Need(path, text is not null))
        {
            return;
        }

        if (text!.Length > NumberCharsMax)
        {
            Fault(path, "application.field.too-long", isHard: true, details: [new("max", $"{NumberCharsMax}")]);
        }
        else if (!isRight(text))
        {
            var hard = text.Any(char.IsControl) ? "application.field.not-text" : CardLikeText.Has(text) ? "application.field.card-number" : null;
            Fault(path, hard ?? code, hard is not null);
        }
    }

    private void Range(string path, decimal? value, decimal min, decimal max, string code)
    {
        if (Need(path, value is not null) && (value < min || value > max))
        {
            Fault(path, code, details:
            [
                new("min", min.ToString(CultureInfo.InvariantCulture)), new("max", max.ToString(CultureInfo.InvariantCulture)),
            ]);
        }
    }

    /// <summary>Whether it is there; tells when it must be and is not.</summary>
    private bool Need(string path, bool isThere)
    {
        if (!isThere && _definition.Needs(path, _form.Kind))
        {
            Fault(path, "application.field.required");
        }

        return isThere;
    }

    private bool Fits(string path, string text, int charsMax)
    {
        if (text.Length > charsMax)
        {
            Fault(path, "application.field.too-long", isHard: true, details: [new("max", $"{charsMax}")]);
        }
        else if (text.Any(char.IsControl) || text.EnumerateRunes().Contains(Rune.ReplacementChar))
        {
            Fault(path, "application.field.not-text", isHard: true);
        }
        else if (CardLikeText.Has(text))
        {
            Fault(path, "application.field.card-number", isHard: true);
        }
        else
        {
            return true;
        }

        return false;
    }

    private void Fault(string path, string code, bool isHard = false, IReadOnlyList<Detail>? details = null) =>
        _faults.Add(new($"form.{path}", code, isHard, details ?? []));
}
