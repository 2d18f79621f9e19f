using System.Globalization;
using Acquiring.Core.Merchants;
using Acquiring.Core.Pricing;
using Acquiring.Core.Refusals;
using Acquiring.Core.Terminals;
using Acquiring.Core.Transactions;

namespace Acquiring.Core.Registry;

/// <summary>What is wrong with a cell: its column, a text key, and what stood there (nothing of personal data).</summary>
public sealed record CellFault(string Column, string Code, string Found, params IReadOnlyList<Detail> Details);

/// <summary>
/// The cells of one row, read by column. A cell that does not fit leaves a fault and a placeholder, so that one reading of the row finds
/// all its faults. Used again for each row of a file; not thread-safe.
/// </summary>
public sealed class RegistryCells(IReadOnlyList<string> columns, Func<string, bool>? isKey = null)
{
    public RegistryCells(RegistryFile file)
        : this([.. RegistryColumns.Of(file), .. RegistryColumns.OptionalOf(file)], c => IsKeyOf(file, c))
    {
    }

    public const int NameCharsMax = 200;
    public const int TownshipCharsMax = 100;
    public const int AddressCharsMax = 300;
    public const int ModelCharsMax = 60;
    public const int SerialCharsMax = 40;
    public const int BranchCodeCharsMax = 20;
    public const int AccountDigitsMin = 8;
    public const int AccountDigitsMax = 32;
    public const int CreditCodeChars = 18;
    public const long CapFenMax = 999_999_999_999;

    /// <summary>Outside of these no terminal was installed nor used; such a date is a slip of the pen.</summary>
    public static readonly DateOnly DateMin = new(1990, 1, 1);
    public static readonly DateOnly DateMax = new(2099, 12, 31);

    private readonly IReadOnlyList<string> _columns = columns;
    private readonly List<CellFault> _faults = [];
    private IReadOnlyList<string> _cells = [];

    public IReadOnlyList<CellFault> Faults => _faults;

    public bool AreGood => _faults.Count == 0;

    /// <summary>Takes the next row. Cells are in the order of the columns.</summary>
    public void Load(IReadOnlyList<string> cells)
    {
        _cells = cells;
        _faults.Clear();
        for (var i = 0; i < cells.Count; i++)
        {
            if (cells[i].Contains('\uFFFD'))
            {
                Fault(_columns[i], "registry.cell.not-text", "");
            }
            else if (cells[i].AsSpan().ContainsAnyInRange('\0', '\x1F') || cells[i].Contains('\x7F'))
            {
                Fault(_columns[i], "registry.cell.control-character", cells[i]);
            }
        }
    }

    /// <summary>A text that people read; no card number may be in it.</summary>
    public string Words(string column, int charsMax, bool required = true)
    {
        var cell = this[column];
        if (required && cell.Length == 0)
        {
            Fault(column, "registry.cell.required", "");
        }
        else if (cell.Length > charsMax)
        {
            Fault(column, "registry.cell.too-long", cell, new Detail("max", $"{charsMax}"));
        }
        else if (CardLikeText.Has(cell))
        {
            Fault(column, "registry.cell.card-number", "");
        }

        return cell;
    }

    public string MerchantNumber(string column) =>
        Check(column, "registry.cell.merchant-no", c => MerchantNo.TryParse(c, out _));

    public string TerminalNumber(string column) =>
        Check(column, "registry.cell.terminal-no", c => TerminalNo.TryParse(c, out _));

    public string BranchNumber(string column) =>
        Check(column, "registry.cell.branch-code", c => c.Length is > 0 and <= BranchCodeCharsMax && Identifiers.IsAsciiLettersOrDigits(c));

    public string? OptionalBranchNumber(string column) => this[column].Length == 0 ? null : BranchNumber(column);

    public string Mcc(string column) =>
        Check(column, "registry.cell.mcc", c => c.Length == 4 && !c.AsSpan().ContainsAnyExceptInRange('0', '9'));

    /// <summary>A maker's number: printed on the machine, so no spaces and nothing but ASCII.</summary>
    public string SerialNumber(string column) =>
        Check(column, "registry.cell.serial-no", c => c.Length is > 0 and <= SerialCharsMax && !c.AsSpan().ContainsAnyExceptInRange('!', '~'));

    /// <summary>Format only: a code issued wrongly is still the merchant's code. For a micro merchant it is a person's ID number.</summary>
    public string CreditCode(string column)
    {
        var code = Check(column, "registry.cell.credit-code", c => c.Length == CreditCodeChars && Identifiers.IsAsciiLettersOrDigits(c));
        return code.ToUpperInvariant();
    }

    public string Account(string column) =>
        Check(column, "registry.cell.account",
            c => c.Length is >= AccountDigitsMin and <= AccountDigitsMax && !c.AsSpan().ContainsAnyExceptInRange('0', '9'));

    public Rate Percent(string column)
    {
        var good = Rate.TryParsePercent(this[column], out var rate);
        if (!good)
        {
            Fault(column, "registry.cell.rate", this[column]);
        }

        return rate;
    }

    /// <summary>An empty cell is no cap.</summary>
    public long? CapFen(string column)
    {
        var cell = this[column];
        if (cell.Length == 0)
        {
            return null;
        }

        var good = long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var fen) && fen <= CapFenMax;
        if (!good)
        {
            Fault(column, "registry.cell.cap", cell);
        }

        return good ? fen : 0;
    }

    public DateOnly Date(string column) => OptionalDate(column) ?? Missing(column);

    public DateOnly? OptionalDate(string column)
    {
        var cell = this[column];
        if (cell.Length == 0)
        {
            return null;
        }

        var good = DateOnly.TryParseExact(cell, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date >= DateMin && date <= DateMax;
        if (!good)
        {
            Fault(column, "registry.cell.date", cell, new Detail("min", $"{DateMin:yyyy-MM-dd}"), new Detail("max", $"{DateMax:yyyy-MM-dd}"));
        }

        return date;
    }

    /// <summary><c>true</c> or <c>false</c>; spreadsheets write them in capitals.</summary>
    public bool Flag(string column)
    {
        if (!bool.TryParse(this[column], out var flag))
        {
            Fault(column, "registry.cell.flag", this[column]);
        }

        return flag;
    }

    /// <summary>The number a row goes by, when it can be read, whatever else is wrong: other rows may name it.</summary>
    public string? Key()
    {
        var cell = _cells[0];
        return isKey?.Invoke(cell) ?? cell.Length > 0 ? cell : null;
    }

    /// <summary>A whole number from 0 to 1,000,000,000.</summary>
    public int Count(string column)
    {
        const int countMax = 1_000_000_000;
        var good = int.TryParse(this[column], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= countMax;
        if (!good)
        {
            Fault(column, "registry.cell.count", this[column], new Detail("max", $"{countMax}"));
        }

        return good ? count : 0;
    }

    /// <summary>An amount of a column named <c>…_fen</c> (whole fen) or <c>…_yuan</c> (two decimals); nothing is rounded.</summary>
    public long Money(string column, bool mayBeNegative = false)
    {
        var cell = this[column];
        var inYuan = column.EndsWith("_yuan", StringComparison.Ordinal);
        var isNegative = mayBeNegative && cell.StartsWith('-');
        var digits = isNegative ? cell[1..] : cell;
        var hasDecimals = digits.Length > 3 && digits[^3] == '.';
        if (inYuan && hasDecimals)
        {
            digits = digits.Remove(digits.Length - 3, 1);
        }

        var good = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var fen) && fen <= CapFenMax && inYuan == hasDecimals;
        if (!good)
        {
            Fault(column, inYuan ? "registry.cell.yuan" : "registry.cell.fen", cell);
            return 0;
        }

        return isNegative ? -fen : fen;
    }

    /// <summary>As <see cref="Money"/>; an empty cell says nothing.</summary>
    public long? OptionalMoney(string column) => this[column].Length == 0 ? null : Money(column);

    /// <summary>A code people made: 1 to 40 letters, digits, dots, hyphens or underscores.</summary>
    public string Code(string column) => Check(column, "registry.cell.code", IsCode);

    public static bool IsCode(string text) =>
        text.Length is > 0 and <= SerialCharsMax && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    /// <summary>One of a closed list of words.</summary>
    public T Word<T>(string column, string code, IReadOnlyDictionary<string, T> words)
        where T : struct
    {
        var cell = this[column];
        if (!words.TryGetValue(cell, out var value))
        {
            Fault(column, cell.Length == 0 ? "registry.cell.required" : code, cell, new Detail("known", string.Join(", ", words.Keys)));
        }

        return value;
    }

    /// <summary>A value that is brought into the writing it is compared in; empty when it is none.</summary>
    public string Tidied(string column, string code, Func<string, string?> tidy)
    {
        var cell = this[column];
        if (cell.Length == 0)
        {
            Fault(column, "registry.cell.required", "");
            return "";
        }

        if (tidy(cell) is { } text)
        {
            return text;
        }

        Fault(column, code, cell);
        return "";
    }

    private static bool IsKeyOf(RegistryFile file, string cell) => file switch
    {
        RegistryFile.Merchants => MerchantNo.TryParse(cell, out _),
        RegistryFile.Terminals => TerminalNo.TryParse(cell, out _),
        _ => cell.Length is > 0 and <= BranchCodeCharsMax && Identifiers.IsAsciiLettersOrDigits(cell),
    };

    private string this[string column]
    {
        get
        {
            for (var i = 0; i < _columns.Count; i++)
            {
                if (_columns[i] == column)
                {
                    return _cells[i];
                }
            }

            throw new ArgumentOutOfRangeException(nameof(column), column, "no such column");
        }
    }

    private DateOnly Missing(string column)
    {
        Fault(column, "registry.cell.required", "");
        return DateMin;
    }

    private string Check(string column, string code, Func<string, bool> fits)
    {
        var cell = this[column];
        if (cell.Length == 0)
        {
            Fault(column, "registry.cell.required", "");
        }
        else if (!fits(cell))
        {
            Fault(column, code, cell);
        }

        return cell;
    }

    private void Fault(string column, string code, string found, params IReadOnlyList<Detail> details)
    {
        // The first fault of a cell says it: bytes that are no text are no date either.
        if (!_faults.Exists(f => f.Column == column))
        {
            _faults.Add(new(column, code, RegistryColumns.IsPersonal(column) ? "" : FoundText.Of(found), details));
        }
    }
}
